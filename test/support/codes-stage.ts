import * as codes from '#domain/codes'
import * as realms from '#domain/realms'
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
