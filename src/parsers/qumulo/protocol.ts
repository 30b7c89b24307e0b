import type { ByteString } from '../../lib/bytes.ts'
import { Words } from '../../lib/words.ts'

/** A protocol of an audit record in ECS terms. */
export interface Protocol {
  /** As written. */
  readonly text: ByteString
  /** network.protocol */
  readonly name: string | undefined
  /** network.application */
  readonly application: string | undefined
  readonly version: string | undefined
}

const FIXED: ReadonlyMap<string, Omit<Protocol, 'text'>> = new Map([
  ['api', { name: 'http', application: undefined, version: undefined }],
  ['s3', { name: 'http', application: 's3', version: undefined }],
  ['ftp', { name: 'ftp', application: undefined, version: undefined }],
  ['internal', { name: undefined, application: undefined, version: undefined }],
])

/** The documentation writes `smb`, `nfsv3`, `nfsv4.1`; the wire shows `smb2`, `smb3`, `nfs`, `nfs3`, `nfs4`. */
const VERSIONED = /^(smb|nfs)v?(\d(?:\.\d)?)?$/

function classify(protocol: ByteString): Protocol | undefined {
  const fixed = FIXED.get(protocol)
  if (fixed !== undefined) return { text: protocol, ...fixed }
  const match = VERSIONED.exec(protocol)
  return match === null ? undefined : { text: protocol, name: match[1], application: undefined, version: match[2] }
}

/** The spellings that occur, classified once. */
const USUAL = new Words(
  ['smb', 'smb2', 'smb3', 'nfs', 'nfs3', 'nfs4', 'nfsv3', 'nfsv4.1', 'api', 's3', 'ftp', 'internal'].map((name) => [name, classify(name)] as const),
)

/** Classifies a protocol name; `undefined` if it is not one that Qumulo uses. */
export function protocolOf(protocol: ByteString): Protocol | undefined {
  return USUAL.get(protocol) ?? classify(protocol)
}
