import type { ByteString } from '../lib/bytes.ts'
import { printable } from '../lib/printable.ts'
import { openLink, type Endpoint, type Link } from './link.ts'
import { createFrameReader, encodeFrame, MAX_TRANSACTION, type RelpFrame } from './relp-frames.ts'

/** What the server said of a message: `200 OK`, `500 disk full`. */
export interface RelpAnswer {
  readonly code: number
  readonly text: string
}

/** An open session of RELP. */
export interface RelpSession {
  readonly broken: Error | undefined
  /**
   * Sends messages, `window` at a time without an answer. Settles with the answers that came, by place in `messages`: with all of
   * them, or with those that came before the session broke.
   */
  send(messages: readonly ByteString[]): Promise<readonly (RelpAnswer | undefined)[]>
  /** Says goodbye and ends the connection; settles soon. */
  end(): Promise<void>
  destroy(reason: string): void
}

/** How long to wait for the answer to a goodbye, in ms. */
const GOODBYE = 1_000

/** The server has answered, and does not want us. */
export class RelpRefusal extends Error {}

/** Opens a session; rejects with the error of the link, or a RelpRefusal. */
export async function openRelpSession(endpoint: Endpoint, window: number, signal: AbortSignal): Promise<RelpSession> {
  const waiting = new Map<number, (answer: RelpAnswer) => void>()
  let transaction = 0
  let link: Link | undefined

  const onFrame = ({ transaction: answered, command, data }: RelpFrame): void => {
    if (command === 'serverclose') link?.destroy('the server closed the session')
    const tell = command === 'rsp' ? waiting.get(answered) : undefined
    waiting.delete(answered)
    tell?.(readAnswer(data))
  }
  const read = createFrameReader(onFrame)
  link = await openLink(endpoint, signal, (bytes) => {
    try {
      read(bytes)
    } catch (error) {
      link?.destroy((error as Error).message)
    }
  })
  const open = link

  /** A frame of a command, whose answer goes to `onAnswer`. */
  const request = (command: string, data: ByteString, onAnswer: (answer: RelpAnswer) => void): ByteString => {
    transaction = transaction === MAX_TRANSACTION ? 1 : transaction + 1
    waiting.set(transaction, onAnswer)
    return encodeFrame({ transaction, command, data })
  }
  // A write that fails breaks the link, which is seen where the answer is waited for.
  const put = (frames: ByteString): void => void open.write(Buffer.from(frames, 'latin1')).catch(() => {})
  const ask = async (command: string, data: ByteString, ms: number): Promise<RelpAnswer | undefined> => {
    let answer: RelpAnswer | undefined
    await open.wait(ms, (settle) =>
      put(
        request(command, data, (given) => {
          answer = given
          settle()
        }),
      ),
    )
    return answer
  }

  const stop = (): void => open.destroy('stopped')
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  const greeting = await ask('open', 'relp_version=0\nrelp_software=naslog\ncommands=syslog', endpoint.timeout)
  signal.removeEventListener('abort', stop)
  if (greeting?.code !== 200) {
    await open.end()
    if (greeting !== undefined) throw new RelpRefusal(`the server refuses the session: ${greeting.code} ${greeting.text}`)
    throw open.broken ?? new Error(`no answer to the greeting within ${endpoint.timeout} ms`)
  }

  return {
    get broken() {
      return open.broken
    },
    async send(messages) {
      const answers: (RelpAnswer | undefined)[] = new Array<undefined>(messages.length).fill(undefined)
      let sent = 0
      let answered = 0
      let wake = (): void => {}
      const fillWindow = (): void => {
        let frames = ''
        for (; sent < messages.length && sent - answered < window; sent++) {
          const index = sent
          frames += request('syslog', messages[index] as ByteString, (answer) => {
            answers[index] = answer
            answered++
            wake()
          })
        }
        if (frames !== '') put(frames)
      }
      while (answered < messages.length && open.broken === undefined) {
        const before = answered
        await open.wait(endpoint.timeout, (settle) => {
          wake = settle
          fillWindow()
        })
        if (answered === before) open.destroy(`no answer for ${endpoint.timeout} ms`)
      }
      return answers
    },
    destroy: open.destroy,
    async end() {
      if (open.broken === undefined) await ask('close', '', GOODBYE)
      await open.end()
    },
  }
}

/** `200 OK`, and more lines of no interest. */
function readAnswer(data: ByteString): RelpAnswer {
  const [, code, text = ''] = /^(\d{3}) ?([^\n]{0,200})/.exec(data) ?? []
  return { code: Number(code ?? 0), text: printable(text) }
}
