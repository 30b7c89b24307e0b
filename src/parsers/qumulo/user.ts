import type { Event } from '../../event.ts'
import { F } from '../../fields/index.ts'
import type { ByteString } from '../../lib/bytes.ts'
import { splitAccount } from '../account.ts'
import { isDigits } from '../../lib/digits.ts'
import type { AuditRecord } from './record.ts'

/**
 * Writes who did it. CSV has one text for the user: an account name, a SID, or a number, which over NFS is a uid and otherwise a Qumulo
 * auth id. JSON has SID, auth id and name.
 */
export function setUser(record: AuditRecord, event: Event): void {
  const account = record.account ?? ''
  let sid = record.sid ?? ''
  let authId = record.authId ?? ''
  let uid = ''
  let name = account
  if (sid === '' && authId === '' && account !== '') {
    if (isSid(account)) sid = account
    else if (isDigits(account)) {
      if (record.protocol?.startsWith('nfs') === true) uid = account
      else authId = account
    }
    if (sid !== '' || uid !== '' || authId !== '') name = ''
  }

  event.set(F['qumulo.audit.user.sid'], sid)
  event.set(F['qumulo.audit.user.auth_id'], authId)
  if (sid !== '') setId(event, sid, 'sid')
  else if (uid !== '') setId(event, uid, 'uid')
  else if (authId !== '') setId(event, authId, 'auth_id')

  if (name === '') return
  event.set(F['qumulo.audit.user.name'], name)
  const { name: userName, domain } = splitAccount(name)
  event.set(F['user.name'], userName)
  event.set(F['user.domain'], domain)
}

function setId(event: Event, id: ByteString, kind: string): void {
  event.set(F['user.id'], id)
  event.set(F['qumulo.audit.user.kind'], kind)
}

function isSid(text: ByteString): boolean {
  return text.startsWith('S-1-') && /^S-1-[\d-]*\d$/.test(text)
}
