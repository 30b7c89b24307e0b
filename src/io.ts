import type { Writable } from 'node:stream'
import type { ByteInput } from './lib/byte-input.ts'

/** The world outside, as a command sees it. main.ts makes it of `process`; tests make it of memory. */
export interface Io {
  readonly stdin: ByteInput
  readonly stdout: Writable
  readonly stderr: Writable
  readonly env: Readonly<Record<string, string | undefined>>
  /** Arguments behind the program's name. */
  readonly argv: readonly string[]
  /** True if standard output is a terminal. */
  readonly isTTY: boolean
  /** IANA name of this machine's time zone. */
  readonly localZone: string
  /** Last change of a regular file on standard input, in milliseconds since 1970; `undefined` for a pipe or terminal. */
  readonly stdinChanged: number | undefined
  /** Set when the user asks to stop (SIGINT, SIGTERM): what was read is still written. */
  readonly stop: AbortSignal
  /** The time, in milliseconds since 1970. */
  now(): number
  /** What a command needs that runs until rsyslog ends it. */
  readonly service: Service
}

export interface Service {
  /** File of the running program: its threads are started from it. */
  readonly executable: string
  /** Calls back at SIGHUP, SIGUSR1 and SIGUSR2 (hup.signal of the action may be any), and at SIGINT unless a person is typing. */
  onHangup(callback: () => void): void
  /** Ends the process at once by the signal that asked it to stop, also while a thread blocks in a system call. */
  leave(): void
}
