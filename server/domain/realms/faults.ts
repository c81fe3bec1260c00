import { defineFault } from '#kit/fault'

export const RealmNotFound = defineFault('realm_not_found', 'missing', 'There is no such project.')
export const RealmNameTaken = defineFault('realm_name_taken', 'conflict', 'Another project has that name.')
