import type { Language } from './language.ts'

/** What is said in each language. */
export type Says = Readonly<Record<Language, string>>

/**
 * What may be wrong with a field, by the English sentence that the schemas and the domain have for it. A sentence that is
 * not here is said in English.
 */
const FIELD_SENTENCES: Readonly<Record<string, string>> = {
  'This field is required.': 'Обязательное поле.',
  'Send a text.': 'Нужна строка.',
  'Send an object.': 'Нужен объект.',
  'Send true or false.': 'Нужно true или false.',
  'That is too long.': 'Слишком длинное значение.',
  'A null character cannot be stored.': 'Нулевой символ недопустим.',
  'Send 1 to 64 visible characters.': 'Нужно от 1 до 64 печатных символов.',
  'There is no such channel.': 'Такого канала нет.',
  'Send an address that begins with http:// or https://.': 'Нужен адрес, который начинается с http:// или https://.',
  'The number must begin with 7, +7 or 8, or with + and the code of its country.':
    'Номер должен начинаться с 7, +7 или 8 либо с + и кода страны.',
  'Codes are not sent to numbers of this kind.': 'На такие номера коды не отправляются.',
  'Codes are not sent to numbers of this country.': 'На номера этой страны коды не отправляются.',
  'That is not an e-mail address.': 'Это не адрес электронной почты.',
  'A code is 4 to 6 digits.': 'Код состоит из 4–6 цифр.',
  'The code cannot be decrypted to 4 to 6 digits.': 'Код не расшифровывается в 4–6 цифр.',
  'Encrypt the code with the secret key.': 'Зашифруйте код секретным ключом.',
  'There is no such provider for this channel.': 'У этого канала нет такого провайдера.',
}

/** A sentence about a field, in a language. */
export function sentence(english: string, language: Language): string {
  return language === 'ru' ? (FIELD_SENTENCES[english] ?? english) : english
}
