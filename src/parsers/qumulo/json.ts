import type { ByteString } from '../../lib/bytes.ts'
import { isFreeOfControls } from '../../lib/plain-text.ts'
import { excerpt } from './excerpt.ts'
import { JsonScanner } from './json-scanner.ts'
import { AuditRecord, type UnmappedPlace } from './record.ts'

const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b
const QUOTE = 0x22
const DIGIT_9 = 0x39

/**
 * Reads the JSON body of an audit record, which begins with `{`:
 *
 *     {"user_id": {"sid": "...", "auth_id": "500", "name": "admin"}, "user_ip": "...", "protocol": "smb2", "operation": "fs_rename",
 *      "status": "ok", "details": {"file_id": "4", "path": "/a", "target": "/b"}}
 *
 * or the flat form that CloudWatch has, with the columns of the CSV: `ip_address, user, protocol, operation, result, object_id,
 * path_1, path_2`. Keys may stand in any order; of a repeated one the last counts. Of text that is cut or broken, the members
 * before that place are kept, and of a path the part that is there. Source: Qumulo, "Audit logging".
 */
export function readJson(body: ByteString): AuditRecord {
  const record = new AuditRecord()
  const scanner = new JsonScanner(body)
  readMembers(scanner, record, 'record')
  if (scanner.stop === undefined && !Number.isNaN(scanner.skipBlanks())) scanner.fail('the end of the line')
  if (scanner.stop === 'cut') record.truncated = true
  else if (scanner.stop === 'broken') {
    record.broken = `expected ${scanner.expected} at byte ${scanner.at} of the JSON, found ${excerpt(body, scanner.at)}`
  }
  record.repaired = scanner.repaired
  // Without backslashes, no string holds a quote either.
  record.isPlain = !scanner.hasEscapes && isFreeOfControls(body)
  return record
}

/** Reads the object at the scanner's place, as far as it goes. */
function readMembers(scanner: JsonScanner, record: AuditRecord, place: UnmappedPlace): void {
  const set = SETTERS[place]
  scanner.open()
  for (let key = scanner.nextKey(true); key !== undefined; key = scanner.nextKey(false)) {
    const code = scanner.text.charCodeAt(scanner.at)
    if (code === QUOTE) {
      const value = scanner.string()
      if (scanner.stop !== undefined) {
        if (USEFUL_WHEN_CUT.has(key)) set(record, key, value)
      } else if (!set(record, key, value)) keep(record, place, key, JSON.stringify(value))
    } else if (code === OPEN_BRACE && place === 'record' && (key === 'details' || key === 'user_id')) {
      // The literal, not the key: V8 looks up a slice of the line as a property far more slowly.
      readMembers(scanner, record, key === 'details' ? 'details' : 'user_id')
    } else if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      const text = scanner.nested()
      if (scanner.stop !== undefined) return
      const isState = place === 'details' && code === OPEN_BRACE && (key === 'before' || key === 'after')
      if (isState) record[key as 'before' | 'after'] = { text, members: scanner.members }
      else keep(record, place, key, text)
    } else {
      const literal = scanner.literal()
      if (scanner.stop !== undefined) return
      const isNumber = literal.charCodeAt(0) <= DIGIT_9
      if (literal !== 'null' && !(isNumber && set(record, key, literal))) keep(record, place, key, literal)
    }
    if (scanner.stop !== undefined) return
  }
}

/** Values of which a part is better than nothing. */
const USEFUL_WHEN_CUT: ReadonlySet<string> = new Set(['path', 'target', 'path_1', 'path_2'])

function keep(record: AuditRecord, place: UnmappedPlace, key: ByteString, json: ByteString): void {
  record.unmapped ??= []
  record.unmapped.push({ place, key, json })
}

/** Sets the member of an object; false if it has no place in the record. */
type Setter = (record: AuditRecord, key: ByteString, value: ByteString) => boolean

const SETTERS: Readonly<Record<UnmappedPlace, Setter>> = { record: setRecord, user_id: setUser, details: setDetail }

function setRecord(record: AuditRecord, key: ByteString, value: ByteString): boolean {
  if (key === 'user_ip' || key === 'ip_address') record.address = value
  else if (key === 'protocol') record.protocol = value
  else if (key === 'operation') record.operation = value
  else if (key === 'status' || key === 'result') record.status = value
  else if (key === 'user') record.account = value
  else if (key === 'object_id') record.fileId = value
  else if (key === 'path_2') record.target = value
  else if (key === 'path_1') {
    record.path = value
    record.marksDirectories = true
  } else return false
  return true
}

function setUser(record: AuditRecord, key: ByteString, value: ByteString): boolean {
  if (key === 'name') record.account = value
  else if (key === 'sid') record.sid = value
  else if (key === 'auth_id') record.authId = value
  else return false
  return true
}

function setDetail(record: AuditRecord, key: ByteString, value: ByteString): boolean {
  if (key === 'path') record.path = value
  else if (key === 'file_id') record.fileId = value
  else if (key === 'target') record.target = value
  else if (key === 'offset') record.offset = value
  else if (key === 'size') record.size = value
  else if (key === 'file_size') record.fileSize = value
  else if (key === 'extra_name') record.extraName = value
  else if (key === 'second_extra_name') record.secondExtraName = value
  else return false
  return true
}
