import { lowerAscii, trimBlanks, type ByteString } from '../../lib/bytes.ts'
import { Words } from '../../lib/words.ts'

/**
 * Services: code of RFC 5424 lines, text of RFC 3164 lines (QTS 5), network.protocol. Codes: QuLog Center's own `app.js` (2021,
 * by Daedaluz/qulog2loki); texts: QNAP's `naslog.h` and real lines.
 */
const services: readonly (readonly [code: string, text: string, protocol: string])[] = [
  ['1', 'SAMBA', 'smb'],
  ['2', 'FTP', 'ftp'],
  ['4', 'HTTP', 'http'],
  ['8', 'NFS', 'nfs'],
  ['16', 'AFP', 'afp'],
  ['32', 'TELNET', 'telnet'],
  ['64', 'SSH', 'ssh'],
  ['128', 'ISCSI', 'iscsi'],
  ['256', 'RADIUS', 'radius'],
  ['512', 'VPN', 'vpn'],
  ['1024', 'HTTPS', 'https'],
]

/** The code of a service that QuLog Center does not know. */
export const UNKNOWN_SERVICE = '0'

const textByCode = new Map(services.map(([code, text]) => [code, text]))

/**
 * Spellings of QTS 4.5.4 (`Samba`, `HTTP/HTTPS`), QuTS hero 6 (`SSH/SFTP`), and of Splunk Connect for Syslog's samples (`SMB`). Each
 * stands as written and in lower case, so that the usual line needs no change of case.
 */
const spellings: readonly (readonly [text: string, protocol: string])[] = [
  ...services.map(([, text, protocol]) => [text, protocol] as const),
  ['Samba', 'smb'],
  ['SMB', 'smb'],
  ['HTTP/HTTPS', 'http'],
  ['SSH/SFTP', 'ssh'],
  ['SFTP', 'ssh'],
]
const protocolByText = new Words(spellings.flatMap(([text, protocol]) => [[text, protocol] as const, [lowerAscii(text), protocol] as const]))

/** Text that an RFC 3164 line would have for the code. */
export function serviceText(code: ByteString): string | undefined {
  return textByCode.get(code)
}

/** network.protocol of a connection type in any case, or `undefined`. */
export function protocolOf(connectionType: ByteString): string | undefined {
  return protocolByText.get(connectionType) ?? protocolByText.get(lowerAscii(trimBlanks(connectionType)))
}

/** True for protocols whose resources are always paths below a share: `Public` is a share there, not an area of the web interface. */
export function servesShares(protocol: string | undefined): boolean {
  return protocol === 'smb' || protocol === 'nfs' || protocol === 'afp' || protocol === 'ftp' || protocol === 'ssh'
}
