import { printableText } from '../lib/printable.ts'
import type { Fault } from './destination.ts'
import type { Endpoint } from './link.ts'

/** Codes of node:net, node:dns, node:fs and node:tls in words. */
const TEXTS: ReadonlyMap<string, string> = new Map([
  ['ECONNREFUSED', 'connection refused'],
  ['ECONNRESET', 'connection reset'],
  ['EPIPE', 'connection closed by the other side'],
  ['ETIMEDOUT', 'no answer from the machine'],
  ['EHOSTUNREACH', 'no route to the machine'],
  ['ENETUNREACH', 'no route to the network'],
  ['ENOTFOUND', 'the name does not exist in DNS'],
  ['EAI_AGAIN', 'DNS does not answer'],
  ['ENOENT', 'no such file'],
  ['EACCES', 'no permission'],
  ['EISDIR', 'is a directory'],
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
  ['CERT_NOT_YET_VALID', 'its certificate is not valid yet'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is self-signed and not trusted (tls.ca)'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate is of an authority that is not trusted (tls.ca)'],
  ['UNABLE_TO_GET_ISSUER_CERT', 'its certificate is of an authority that is not trusted (tls.ca)'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'its certificate is of an authority that is not trusted (tls.ca)'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its certificate is of an authority that is not trusted (tls.ca)'],
  ['CERT_SIGNATURE_FAILURE', 'its certificate is of an authority that is not trusted (tls.ca)'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name'],
  ['EPROTO', 'no TLS is spoken there'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'no TLS is spoken there'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'no TLS is spoken there'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'it wants a certificate of ours (tls.cert, tls.key)'],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'it refuses the handshake; does it want a certificate of ours (tls.cert, tls.key)?'],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'it does not know the authority of our certificate (tls.cert)'],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'it refuses our certificate (tls.cert)'],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', 'it refuses our certificate (tls.cert)'],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', 'our certificate has expired (tls.cert)'],
])

/** Certificates and TLS: both sides go on saying the same until somebody changes something. */
const FOR_A_PERSON = /^(?:EPROTO$|ERR_TLS_|ERR_SSL_|ERR_OSSL_|CERT_|HOSTNAME_MISMATCH|INVALID_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/

/** An error of the system; that of a host with several addresses holds one for each. */
type SystemError = NodeJS.ErrnoException & { readonly errors?: readonly NodeJS.ErrnoException[] }

/** What a broken or refused connection means for a batch: certificates and files need a person, anything else passes. */
export function linkFault({ host, port }: Pick<Endpoint, 'host' | 'port'>, error: unknown): Fault {
  const { message, path, errors } = error as SystemError
  const code = (error as SystemError).code ?? errors?.[0]?.code ?? ''
  const place = path ?? `${host.includes(':') ? `[${host}]` : host}:${port}`
  const text = TEXTS.get(code) ?? (code === '' ? message : code)
  // The names in a certificate are the peer's words.
  const names = code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? `: ${message.replace(/^.*altnames: /, '').slice(0, 300)}` : ''
  return { kind: path !== undefined || FOR_A_PERSON.test(code) ? 'hold' : 'retry', reason: printableText(`${place}: ${text}${names}`) }
}
