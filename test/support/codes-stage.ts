import { expect } from 'chai'
import * as codes from '#domain/codes'
import * as realms from '#domain/realms'
import { message } from '#domain/verification'
import type { Fault } from '#kit/fault'
import type { Unit } from '#kit/unit'
import type { World } from '#test/world'

let serial = 0

/** A project in a world, and what it asks of people. */
export class Project {
  readonly world: World
  readonly made: realms.NewRealm

  private constructor(world: World, made: realms.NewRealm) {
    this.world = world
    this.made = made
  }

  /** A project with all channels, for phones of the United States unless it says otherwise. */
  static async in(world: World, settings: realms.WantedSettings = {}, name?: string): Promise<Project> {
    serial++
    const made = await world.running.database.write((unit) =>
      realms.create(unit, {
        name: name ?? `Shop ${serial}`,
        settings: { channels: ['whatsapp', 'telegram', 'sms', 'email', 'voice'], countries: ['US', 'RU'], ...settings },
      }),
    )
    return new Project(world, made)
  }

  get realm(): realms.Realm {
    return this.made.realm
  }

  /** Ask for a code. */
  async open(to: string, wanted: Omit<codes.WantedSession, 'to'> = {}): Promise<codes.Opened> {
    return this.#write((unit) => codes.open(unit, this.realm, { to, ...wanted }))
  }

  /** Send another code. */
  async send(sessionId: string, wanted: codes.Wishes = {}): Promise<codes.SentCode> {
    return this.#write((unit) => codes.send(unit, this.realm, { sessionId, ...wanted }))
  }

  async check(sessionId: string, code: string): Promise<{ verifyToken: string; isTest: boolean }> {
    return this.#write((unit) => codes.check(unit, this.realm, { sessionId, code }))
  }

  /** Have a code sent that the project compares itself. */
  async sendManually(wanted: codes.WantedMessage): Promise<codes.ManualMessage> {
    return this.#write((unit) => codes.sendManually(unit, this.realm, wanted))
  }

  /** How such a message stands. */
  async manual(no: number): Promise<codes.ManualMessage> {
    await this.world.settle()
    return this.world.running.database.read((view) => codes.manualMessage(view, this.realm, no))
  }

  #write<Result>(work: (unit: Unit) => Promise<Result>): Promise<Result> {
    return this.world.running.database.write(work)
  }
}

/** How the codes of projects in a world are asked for by the verbs alone. */
export function asking(world: () => World) {
  const write = <Result>(work: (unit: Unit) => Promise<Result>) => world().running.database.write(work)

  /** A project of its own, for Russian phones, by SMS, WhatsApp and mail unless it says otherwise. */
  async function project(settings: realms.WantedSettings = {}): Promise<realms.NewRealm> {
    return (await Project.in(world(), { channels: ['sms', 'whatsapp', 'email'], countries: ['RU'], ...settings })).made
  }

  /** A Russian number that no other test has; they lie apart. */
  function freshPhone(): string {
    serial++
    return `+7952${String((1_000_000 + serial * 10_007) % 10_000_000).padStart(7, '0')}`
  }

  /** The fault that something ends with. */
  async function refusal(work: Promise<unknown>): Promise<Fault> {
    return work.then(
      () => expect.fail('It was not refused.'),
      (fault: Fault) => fault,
    )
  }

  /** `done`, or the word of the fault that something ends with. */
  async function outcome(work: Promise<unknown>): Promise<string> {
    return work.then(
      () => 'done',
      (fault: Fault) => fault.type.code,
    )
  }

  /** The code that a session waits for. */
  async function codeOf({ id }: codes.CodeSession): Promise<string> {
    const { database } = world().running
    const { sends } = await database.sql('challenges').where({ id }).first('sends')
    const found = await database.read((view) => message(view, id, sends))
    return found?.code ?? ''
  }

  /** Ask for a code, of a number that no other test has unless it says so. */
  const opens = (realm: realms.Realm, wanted: Partial<codes.WantedSession>) =>
    write((unit) => codes.open(unit, realm, { to: freshPhone(), ...wanted }))
  const checks = (realm: realms.Realm, { id: sessionId }: codes.CodeSession, code: string) =>
    write((unit) => codes.check(unit, realm, { sessionId, code }))

  /** Ask for a code and give it back. */
  async function passes(realm: realms.Realm, wanted: Partial<codes.WantedSession>): Promise<codes.CodeSession> {
    const { session } = await opens(realm, wanted)
    await checks(realm, session, await codeOf(session))
    return session
  }

  return { write, project, freshPhone, refusal, outcome, codeOf, opens, checks, passes }
}
