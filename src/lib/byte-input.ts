import { read } from 'node:fs'
import { Socket, type ConnectOpts, type SocketConstructorOpts } from 'node:net'

/** Bytes from outside, block by block: a stream, or a pipe (`openPipe`). A block is only valid until the next one is asked for. */
export interface ByteInput extends AsyncIterable<Buffer> {
  readonly isTTY?: boolean
  /** Ends the input from this side: whoever reads hears of a premature close. */
  destroy(): unknown
}

/** As much as a pipe holds. Larger blocks gained nothing beyond the noise, and would delay the first record. */
export const BLOCK_SIZE = 65_536

/** A writer that keeps the pipe full fills at least half of it: the kernel counts pages, and those of small writes are not full. */
const MUCH = BLOCK_SIZE / 2

/**
 * Opens a pipe by its descriptor, to be read once, into two buffers that are used again and again. As a stream of Node it would have a new
 * buffer for each block, none of them in the processor's cache: 5 % more time for the whole filter.
 *
 * While the writer is ahead of us, a thread of libuv reads the next block as this one is worked on: 5 % less time on the clock. The socket has
 * made the pipe non-blocking, so this never waits; where nothing is there, the socket listens again. (Non-blocking is the pipe
 * for all who share it: whoever makes it block again makes the thread wait.)
 */
export function openPipe(descriptor: number): ByteInput {
  const buffers = [Buffer.allocUnsafeSlow(BLOCK_SIZE), Buffer.allocUnsafeSlow(BLOCK_SIZE)] as const
  let block: Buffer | undefined
  let ahead: Promise<Buffer | undefined> | undefined
  let end: 'end' | Error | undefined
  let wake = (): void => {}
  // `onread` is documented for connections; a socket takes it in each way that it is made.
  const options: SocketConstructorOpts & ConnectOpts = {
    fd: descriptor,
    readable: true,
    writable: false,
    onread: {
      buffer: buffers[0],
      callback(length) {
        block = buffers[0].subarray(0, length)
        wake()
        return false // no more until this one is done with
      },
    },
  }
  const socket = new Socket(options)
  const finish = (how: 'end' | Error): void => {
    end ??= how
    wake()
  }
  const endEarly = (): void => finish(Object.assign(new Error('premature close'), { code: 'ERR_STREAM_PREMATURE_CLOSE' }))
  // A descriptor that is closed too soon may be another file when the thread reads it.
  const close = async (): Promise<void> => {
    await ahead
    socket.destroy()
  }
  socket.once('end', () => finish('end'))
  socket.once('error', finish)
  socket.once('close', endEarly)

  return {
    destroy() {
      endEarly()
      void close()
    },
    async *[Symbol.asyncIterator]() {
      try {
        for (;;) {
          while (block === undefined && end === undefined) await new Promise<void>((resolve) => (wake = resolve))
          let current = block
          block = undefined
          if (current === undefined) break
          for (let next = 1; current !== undefined; next = 1 - next) {
            ahead = current.length >= MUCH && end === undefined ? readAhead(descriptor, buffers[next] as Buffer) : undefined
            yield current
            current = await ahead
          }
          socket.resume()
        }
        if (end instanceof Error) throw end
      } finally {
        await close()
      }
    },
  }
}

/** The next block, or `undefined` where there is none yet, none any more or an error: the socket then says which. */
function readAhead(descriptor: number, buffer: Buffer): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    read(descriptor, buffer, 0, buffer.length, null, (error, length) => resolve(error === null && length > 0 ? buffer.subarray(0, length) : undefined))
  })
}
