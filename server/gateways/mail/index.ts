export { localMail, type StoredMail } from './local.ts'
export { type Mail, MailError, type MailGateway, smtpMail } from './smtp.ts'
