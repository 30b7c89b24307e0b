import type { Destination, Parcel, Rejection } from './destination.ts'
import { createKeeper } from './keeper.ts'
import { linkFault } from './link-fault.ts'
import { openLink, readTlsFiles, type Endpoint } from './link.ts'

export interface SyslogOptions extends Endpoint {
  readonly name: string
  /** `octet-counting` (RFC 6587, section 3.4.1, and RFC 5425) or one message a line. */
  readonly framing: 'octet-counting' | 'newline'
  /** Longest message that the receiver takes, in bytes: a longer one would arrive cut. */
  readonly maxMessageSize: number
}

/** How long bad news may take to arrive after a batch was written, in ms. */
const NEWS = 50

/**
 * Sends syslog messages over TCP or TLS. Records are whole messages (encode/syslog5424.ts).
 *
 * Syslog has no acknowledgement: a batch counts as delivered when the system has taken all of it and the connection did not break
 * shortly afterwards. A batch during which it breaks is sent again as a whole. What the peer lost otherwise nobody
 * can know (docs/destinations/syslog.md); RELP does not have this gap.
 */
export function createSyslogDestination(options: SyslogOptions): Destination {
  const keeper = createKeeper((signal) => openLink(options, signal))

  return {
    name: options.name,
    limits: { records: 5000, bytes: 2 * 1024 * 1024 },
    async open() {
      if (options.tls !== undefined) readTlsFiles(options.tls)
    },
    async deliver(batch, signal) {
      const { frames, rejected } = frame(batch, options)
      if (frames !== '') {
        try {
          await keeper.use(signal, async (link) => {
            await link.write(Buffer.from(frames, 'latin1'))
            await link.wait(NEWS)
            if (link.broken !== undefined) throw link.broken
          })
        } catch (error) {
          return linkFault(options, error)
        }
      }
      return { kind: 'delivered', count: batch.length, rejected }
    },
    reopen: keeper.renew,
    close: keeper.close,
  }
}

function frame(batch: readonly Parcel[], { framing, maxMessageSize }: SyslogOptions): { frames: string; rejected: Rejection[] } {
  let frames = ''
  const rejected: Rejection[] = []
  for (const [index, { record }] of batch.entries()) {
    // A record is a byte string: its length is the number of octets.
    if (record.length > maxMessageSize) {
      rejected.push({ index, reason: `the message has ${record.length} bytes, more than max_message_size (${maxMessageSize})` })
    } else frames += framing === 'octet-counting' ? `${record.length} ${record}` : record + '\n'
  }
  return { frames, rejected }
}
