import { printableText } from '../lib/printable.ts'
import type { Fault } from './destination.ts'
import type { Endpoint } from './link.ts'
import { describeFault } from './network-fault.ts'

/** Alerts of TLS servers, in words. */
const ALERTS: ReadonlyMap<string, string> = new Map([
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'no TLS is spoken there'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'no TLS is spoken there'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'it wants a certificate of ours (cert_file, key_file)'],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'it refuses the handshake; does it want a certificate of ours (cert_file, key_file)?'],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'it does not know the authority of our certificate (cert_file)'],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'it refuses our certificate (cert_file)'],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', 'it refuses our certificate (cert_file)'],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', 'our certificate has expired (cert_file)'],
])

/** What a broken or refused connection means for a batch: certificates and files need a person, anything else passes. */
export function linkFault({ host, port }: Endpoint, error: unknown): Fault {
  const { code = '', message, path } = error as NodeJS.ErrnoException
  const place = path ?? `${host.includes(':') ? `[${host}]` : host}:${port}`
  const { reason, person } = describeFault(error as NodeJS.ErrnoException)
  // The names in a certificate are the peer's words.
  const names = code === 'ERR_TLS_CERT_ALTNAME_INVALID' ? `: ${printableText(message.replace(/^.*altnames: /, '').slice(0, 300))}` : ''
  return { kind: person || path !== undefined ? 'hold' : 'retry', reason: `${place}: ${ALERTS.get(code) ?? reason}${names}` }
}
