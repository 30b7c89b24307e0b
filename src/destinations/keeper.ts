/** What a keeper keeps. */
interface Connection {
  readonly broken: Error | undefined
  /** Settles soon. */
  end(): Promise<void>
  /** Breaks it: whoever waits for it goes on at once. */
  destroy(reason: string): void
}

/** One connection that is opened when it is needed, and lasts until it breaks. */
export interface Keeper<C extends Connection> {
  /** Runs `work` with the connection, one after the other; the signal breaks it. Rejects with what opening or the work rejects with; the connection is then left. */
  use<T>(signal: AbortSignal, work: (connection: C) => Promise<T>): Promise<T>
  /** The next one opens a new connection: certificates may have changed. */
  renew(): void
  /** Leaves the connection. */
  close(): Promise<void>
}

export function createKeeper<C extends Connection>(open: (signal: AbortSignal) => Promise<C>): Keeper<C> {
  let kept: C | undefined
  let renew = false
  let last: Promise<unknown> = Promise.resolve()

  const leave = async (): Promise<void> => {
    const left = kept
    kept = undefined
    await left?.end()
  }
  const run = async <T>(signal: AbortSignal, work: (connection: C) => Promise<T>): Promise<T> => {
    if (renew || kept?.broken !== undefined) await leave()
    renew = false
    const connection = (kept ??= await open(signal))
    const stop = (): void => connection.destroy('stopped')
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    try {
      return await work(connection)
    } catch (error) {
      await leave()
      throw error
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  return {
    // Several parts of a journal may be delivered to one destination at the same time.
    use(signal, work) {
      const result = last.then(() => run(signal, work))
      last = result.catch(() => undefined)
      return result
    },
    renew() {
      renew = true
    },
    close: leave,
  }
}
