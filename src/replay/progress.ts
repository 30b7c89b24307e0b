import type { Writable } from 'node:stream'
import { describeBytes, describeCount, describeSpan } from '../health/describe.ts'

/** How far the replay is. */
export interface ProgressState {
  /** What is being done, where it is not replaying: `looking at dates`. */
  readonly phase: string | undefined
  /** Bytes of the files, and how many of them were read; a total of 0 is not known. */
  readonly total: number
  readonly done: number
  readonly lines: number
  /** Lines a second, of late. */
  readonly rate: number
  /** Seconds that are left, if that can be told. */
  readonly left: number | undefined
  readonly problems: number
  /** Name of the file, printable. */
  readonly file: string
}

/** Columns that a name needs at least: what tells rotated files apart. */
const SHORTEST_NAME = 12

/** One line of at most `width` columns for a terminal. What matters least is left out first where it is narrow. */
export function renderBar(state: ProgressState, width: number): string {
  const { total, done, file } = state
  const share = total === 0 ? 0 : Math.min(1, done / total)
  const percent = total === 0 ? '' : `${String(Math.floor(share * 100)).padStart(3)}%`
  const bar = (length: number): string => {
    const filled = Math.round(share * length)
    return total === 0 ? '' : `[${'#'.repeat(filled)}${'.'.repeat(length - filled)}]`
  }
  const bytes = total === 0 ? describeBytes(done) : `${describeBytes(done)} of ${describeBytes(total)}`
  const rate = state.phase ?? `${shortCount(state.rate)} lines/s`
  const left = state.left === undefined ? '' : `${clock(state.left)} left`
  const problems = state.problems === 0 ? '' : `${shortCount(state.problems)} ${state.problems === 1 ? 'problem' : 'problems'}`
  const forms = [
    [percent, bar(20), bytes, rate, left, problems],
    [percent, bar(10), bytes, rate, left, problems],
    [percent, bar(10), rate, left, problems],
    [percent, rate, left, problems],
    [percent, rate, left],
    [percent, rate],
    [percent],
  ].map((parts) => parts.filter((part) => part !== '').join('  '))
  const name = file === '' ? 0 : Math.min(SHORTEST_NAME, widthOf(file)) + 2
  const line = forms.find(({ length }) => length + name <= width) ?? ''
  return name === 0 || line === '' ? line : `${line}  ${endOf(file, width - line.length - 2)}`
}

/** One line for a log. */
export function renderLine({ phase, total, done, lines, rate, left, problems, file }: ProgressState): string {
  const share = total === 0 ? describeBytes(done) : `${Math.floor(Math.min(1, done / total) * 100)}%, ${describeBytes(done)} of ${describeBytes(total)}`
  const parts = [phase, share, `${describeCount(lines)} lines`, `${describeCount(Math.round(rate))} lines/s`]
  if (left !== undefined) parts.push(`${describeSpan(left * 1000)} left`)
  if (problems > 0) parts.push(`${describeCount(problems)} problems`)
  return [...parts, file].filter(Boolean).join(', ')
}

/** `950`, `18.2k`, `182k`, `3.1M`. */
function shortCount(count: number): string {
  if (count < 1000) return String(Math.round(count))
  const [value, unit] = count < 999_500 ? [count / 1000, 'k'] : [count / 1e6, 'M']
  return value.toFixed(value < 99.95 ? 1 : 0) + unit
}

/** `0:07`, `12:30`, `3:12:05`. */
function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const two = (value: number): string => String(value).padStart(2, '0')
  const hours = Math.floor(whole / 3600)
  const minutes = Math.floor(whole / 60) % 60
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}

/** The end of a name, which tells files apart, in at most so many columns. */
function endOf(name: string, columns: number): string {
  if (widthOf(name) <= columns) return name
  const letters = [...name]
  let from = letters.length
  for (let room = columns - 2; from > 0; from--) {
    room -= widthOf(letters[from - 1] as string)
    if (room < 0) break
  }
  return `..${letters.slice(from).join('')}`
}

/** Columns of a text: letters of East Asia take two. */
function widthOf(text: string): number {
  let columns = 0
  for (const letter of text) columns += (letter.codePointAt(0) ?? 0) >= 0x1100 ? 2 : 1
  return columns
}

export interface Progress {
  /** Says what is being done. */
  phase(text: string | undefined): void
  /** Bytes that were read of which file, and what they held. */
  advance(bytes: number, lines: number, problems: number, file: string): void
  /** Writes something else on the same stream. */
  say(text: string): void
  end(): void
}

export interface ProgressOptions {
  readonly stream: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  /** Bytes of all files; 0 if not known. */
  readonly total: number
  /** False: nothing is shown. */
  readonly shown: boolean
  /** A bar that is drawn over and over, or lines. */
  readonly bar: boolean
  readonly now: () => number
}

const BAR_EVERY = 200
const LINE_EVERY = 10_000
/** The rate is that of so many ms. */
const RATE_SPAN = 5000

/** Shows progress on a stream until it is ended. */
export function createProgress({ stream, total, shown, bar, now }: ProgressOptions): Progress {
  let phase: string | undefined
  let done = 0
  let lines = 0
  let problems = 0
  let file = ''
  let drawn = false
  const samples: { at: number; lines: number; done: number }[] = [{ at: now(), lines: 0, done: 0 }]

  const state = (): ProgressState => {
    const at = now()
    samples.push({ at, lines, done })
    while (samples.length > 2 && at - (samples[1]?.at ?? at) >= RATE_SPAN) samples.shift()
    const first = samples[0] ?? { at, lines, done }
    const seconds = (at - first.at) / 1000
    const speed = seconds > 0 ? (done - first.done) / seconds : 0
    const left = total > 0 && speed > 0 && phase === undefined ? Math.max(0, total - done) / speed : undefined
    return { phase, total, done, lines, rate: seconds > 0 ? (lines - first.lines) / seconds : 0, left, problems, file }
  }
  const clear = (): void => {
    if (drawn) stream.write('\r\x1b[K')
    drawn = false
  }
  const draw = (): void => {
    if (bar) {
      // The last column stays free: some terminals would begin a new line.
      stream.write(`\r${renderBar(state(), (stream.columns ?? 80) - 1)}\x1b[K`)
      drawn = true
    } else stream.write(`naslog: ${renderLine(state())}\n`)
  }
  const timer = shown ? setInterval(draw, bar ? BAR_EVERY : LINE_EVERY) : undefined
  timer?.unref()
  return {
    phase(text) {
      phase = text
      if (text === undefined) {
        done = 0
        samples.splice(0, samples.length, { at: now(), lines, done })
      }
    },
    advance(bytes, moreLines, moreProblems, name) {
      done += bytes
      lines += moreLines
      problems += moreProblems
      file = name
    },
    say(text) {
      clear()
      stream.write(text)
    },
    end() {
      clearInterval(timer)
      clear()
    },
  }
}
