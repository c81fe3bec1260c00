import * as codes from '#domain/codes'
import { CountryNotSupported, NumberNotSupported } from '#domain/destinations'
import type { FaultKind, FaultType } from '#kit/fault'
import * as faults from '#kit/fault'
import { USUAL_STATUS } from '#kit/status'
import { SecretKeyWanted } from '../keys.ts'
import type { Says } from './says.ts'

/** How a refusal is known to clients: its machine word, and its sentence. */
export interface Refusal {
  readonly sysMessage: string
  readonly says: Says
}

const BAD_REQUEST = 'ERROR_BAD_REQUEST'
const NOT_FOUND = 'ERROR_MESSAGE_NOT_FOUND'

/**
 * The machine words that clients of this API know. What it has no word for is a bad request, or, on our side, an error of
 * the server: `ERROR_SERVER` and `ERROR_UNAVAILABLE` are ours.
 */
const REFUSALS: ReadonlyMap<FaultType, Refusal> = new Map(
  (
    [
      [
        faults.Unauthorized,
        'ERROR_ACCESS_DENIED',
        'Unauthorized. Your API key is wrong.',
        'Нет доступа: неверный ключ API.',
      ],
      [SecretKeyWanted, 'ERROR_ACCESS_DENIED', 'This takes the secret key.', 'Здесь нужен секретный ключ.'],
      [
        codes.ProjectHasNoChannels,
        'ERROR_PROJECT_HAS_NO_CHANNELS',
        'The project has no channels for this recipient.',
        'У проекта нет каналов для этого получателя.',
      ],
      [
        codes.ProjectHasNoChannel,
        'ERROR_PROJECT_HAS_NO_CHANNEL',
        'The project does not have this channel.',
        'У проекта нет этого канала.',
      ],
      [
        codes.UserNotAuthorizedOnChannel,
        'ERROR_USER_NOT_AUTHORIZE_ON_CHANNEL',
        'The user has to open this channel first.',
        'Сначала пользователь должен открыть этот канал.',
      ],
      [
        codes.SessionExpired,
        'ERROR_SESSION_EXPIRED',
        'The session has expired. Create a new one.',
        'Сессия истекла. Создайте новую.',
      ],
      [codes.SessionNotFound, NOT_FOUND, 'There is no such session.', 'Такой сессии нет.'],
      [codes.WrongCode, 'ERROR_MESSAGE_WRONG_CODE', 'The code is wrong.', 'Неверный код.'],
      [
        codes.ChannelNotAllowedCountry,
        'ERROR_CHANNEL_NOT_ALLOWED_COUNTRY',
        'Codes are not sent to this country.',
        'В эту страну коды не отправляются.',
      ],
      [
        CountryNotSupported,
        'ERROR_CHANNEL_NOT_ALLOWED_COUNTRY',
        'Codes are not sent to this country.',
        'В эту страну коды не отправляются.',
      ],
      [
        NumberNotSupported,
        'ERROR_CHANNEL_NOT_ALLOWED_COUNTRY',
        'Codes are not sent to this number.',
        'На этот номер коды не отправляются.',
      ],
      [
        codes.SentTooEarly,
        'ERROR_MESSAGE_ATTEMPT',
        'Wait before you send another code.',
        'Подождите, прежде чем отправить код ещё раз.',
      ],
      [
        faults.RateLimited,
        'ERROR_MESSAGE_ATTEMPT',
        'Too many requests. Wait a moment and try again.',
        'Слишком много запросов. Подождите и попробуйте снова.',
      ],
      [
        codes.PhoneBlocked,
        'ERROR_PHONE_BLOCKED',
        'This recipient is blocked for a while.',
        'Получатель временно заблокирован.',
      ],
      [
        codes.Blocked,
        'ERROR_BLOCKED',
        'Codes to numbers like this one are blocked for a while.',
        'Коды на такие номера временно не отправляются.',
      ],
      [codes.ChallengeFailed, 'ERROR_CHALLENGE', 'The challenge was not passed.', 'Проверка не пройдена.'],
      [
        codes.WrongBalance,
        'ERROR_WRONG_BALANCE',
        'The project may send no more codes for now.',
        'Проект пока не может отправлять коды.',
      ],
      [
        codes.TokenUnknown,
        NOT_FOUND,
        'There is no such token, or it has been used.',
        'Такого токена нет, или он уже использован.',
      ],
      [codes.MessageNotFound, NOT_FOUND, 'Message not found.', 'Сообщение не найдено.'],
      [
        faults.ValidationFailed,
        BAD_REQUEST,
        'One or more fields are invalid.',
        'Одно или несколько полей заполнены неверно.',
      ],
      [faults.InvalidJson, BAD_REQUEST, 'The body is not valid JSON.', 'Тело запроса — не JSON.'],
      [faults.BadRequest, BAD_REQUEST, 'The request is not well formed.', 'Запрос составлен неверно.'],
      [
        faults.IdempotencyConflict,
        BAD_REQUEST,
        'That Idempotency-Key was used with another request.',
        'Этот Idempotency-Key уже использован с другим запросом.',
      ],
      [faults.NotFound, BAD_REQUEST, 'There is no such address.', 'Такого адреса нет.'],
      [
        faults.MethodNotAllowed,
        BAD_REQUEST,
        'This address does not answer to that method.',
        'Этот метод здесь не поддерживается.',
      ],
      [faults.PayloadTooLarge, BAD_REQUEST, 'The body is too large.', 'Тело запроса слишком велико.'],
      [
        faults.UnsupportedMediaType,
        BAD_REQUEST,
        'Send the body as application/json, not compressed.',
        'Тело запроса должно быть application/json, без сжатия.',
      ],
      [
        faults.InternalError,
        'ERROR_SERVER',
        'Something went wrong on our side.',
        'Что-то пошло не так на нашей стороне.',
      ],
      [
        faults.Unavailable,
        'ERROR_UNAVAILABLE',
        'Not available right now. Try again shortly.',
        'Сейчас недоступно. Попробуйте чуть позже.',
      ],
    ] as const
  ).map(([type, sysMessage, en, ru]) => [type, { sysMessage, says: { en, ru } }]),
)

/** The refusal that a fault is. One that has none here is a bug of ours, and says no more than that. */
export function refusalOf(type: FaultType): Refusal {
  return REFUSALS.get(type) ?? (REFUSALS.get(faults.InternalError) as Refusal)
}

/** What a kind of refusal is in HTTP: as usual, but that a field that does not fit is 400 here. */
export const STATUS: Readonly<Record<FaultKind, number>> = { ...USUAL_STATUS, invalid: 400 }
