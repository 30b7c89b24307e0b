import type { ByteString } from '../../lib/bytes.ts'

/** Where in the JSON record a member without a field of its own stood. */
export type UnmappedPlace = 'record' | 'user_id' | 'details'

export interface UnmappedMember {
  readonly place: UnmappedPlace
  readonly key: ByteString
  /** Its value as JSON text; an object or array is not yet checked to be valid. */
  readonly json: ByteString
}

/** A nested object of the record, as the text that stood there. */
export interface JsonSlice {
  readonly text: ByteString
  /** Number of members in it, at all depths. */
  readonly members: number
}

/**
 * What a Qumulo audit record says, before any interpretation: the common content of the CSV and JSON forms. Values
 * are as written, unquoted; `''` and `undefined` both mean absent.
 */
export class AuditRecord {
  address: ByteString | undefined = undefined
  /** The address, where it is already known to be one. */
  ip: ByteString | undefined = undefined
  /** Node column of the nine-column form. */
  node: ByteString | undefined = undefined
  /** Account with domain; in CSV it may be a uid, SID or auth id. */
  account: ByteString | undefined = undefined
  sid: ByteString | undefined = undefined
  authId: ByteString | undefined = undefined
  protocol: ByteString | undefined = undefined
  operation: ByteString | undefined = undefined
  status: ByteString | undefined = undefined
  fileId: ByteString | undefined = undefined
  path: ByteString | undefined = undefined
  target: ByteString | undefined = undefined
  extraName: ByteString | undefined = undefined
  secondExtraName: ByteString | undefined = undefined
  offset: ByteString | undefined = undefined
  size: ByteString | undefined = undefined
  fileSize: ByteString | undefined = undefined
  before: JsonSlice | undefined = undefined
  after: JsonSlice | undefined = undefined
  unmapped: UnmappedMember[] | undefined = undefined
  /** True where directories are known to end in `/`, so that a path without one is no directory. */
  marksDirectories = false
  /** The line ended too early. */
  truncated = false
  /** Every value is plain (lib/plain-text.ts), but for a backslash between the domain and the name of the account. */
  isPlain = false
  /** A tolerant reading was used. */
  repaired = false
  /** Why the record could not be read to its end: what was expected where, and what was found. */
  broken: string | undefined = undefined
}
