import { open } from 'node:fs/promises'
import type { Checkpoint } from './checkpoint.ts'
import { ContentError, openContent } from './content.ts'
import type { InputFile } from './inputs.ts'
import { BEGINNING } from './position.ts'
import type { FileTask } from './batch.ts'
import { nameOf } from './producer.ts'
import { expansionOf, groupIntoSeries } from './series.ts'
import { createSurveyor, monthDayOf, planYears, STAMP_REACH, type DateSurvey, type MonthDay } from './years.ts'

export interface PlanOptions {
  readonly checkpoint: Checkpoint | undefined
  /** Year of the last line, if the user says it. */
  readonly lastYear: number | undefined
  readonly now: number
  /** Hears how many bytes were read to find out the years, compressed ones as what they hold. */
  readonly onSurvey: (bytes: number) => void
  readonly stop: AbortSignal
}

/** What shall be read, in order: the files of a series oldest first, with the years of their lines, and where to begin. */
export async function planFiles(files: readonly InputFile[], options: PlanOptions): Promise<FileTask[]> {
  const series = groupIntoSeries(files)
  const ordered = series.flat()
  const starts = (await options.checkpoint?.match(ordered)) ?? []
  const tasks: FileTask[] = []
  for (const members of series) {
    const dated = members.map((file) => ({ ...file, head: () => readHead(file), survey: () => readDates(file, options) }))
    const years = await planYears(dated, options.now, options.lastYear)
    members.forEach(({ path, device, inode }, place) => {
      const index = tasks.length
      const start = starts[index] ?? BEGINNING
      tasks.push({ index, path, name: nameOf(path), device, inode, reference: undefined, firstYear: undefined, ...years[place], start })
    })
  }
  return tasks
}

/** Bytes at the beginning of a file in which a first date is looked for. */
const HEAD = 64 * 1024

async function readHead(file: InputFile): Promise<MonthDay | undefined> {
  let first: MonthDay | undefined
  let seen = 0
  await readStamps(file, (date) => {
    first ??= date
  }, (bytes) => {
    seen += bytes
    return first === undefined && seen < HEAD
  })
  return first
}

async function readDates(file: InputFile, { onSurvey, stop }: PlanOptions): Promise<DateSurvey | undefined> {
  const surveyor = createSurveyor()
  await readStamps(file, (date) => surveyor.add(date), () => !stop.aborted, (bytes) => onSurvey(bytes * expansionOf(file.path)))
  return surveyor.survey
}

/** Hands on the date of every line that has one. `goOn` is asked after each block, told its length. */
async function readStamps(
  input: InputFile, onDate: (date: MonthDay) => void, goOn: (bytes: number) => boolean, onRead: (bytes: number) => void = () => {},
): Promise<void> {
  let file
  try {
    file = await open(input.path, 'r')
    const { blocks } = await openContent(file, 0, onRead)
    // The beginning of a line that did not end in the last block, as far as a stamp may reach.
    let beginning = ''
    let within = false
    for await (const block of blocks) {
      let at = 0
      if (within) {
        const end = block.indexOf(0x0a)
        beginning += block.toString('latin1', 0, Math.min(STAMP_REACH - beginning.length, end < 0 ? block.length : end))
        within = end < 0
        at = end + 1
        if (!within) {
          const date = monthDayOf(beginning)
          if (date !== undefined) onDate(date)
        }
      }
      for (; !within && at < block.length; ) {
        const end = block.indexOf(0x0a, at)
        if (end < 0) {
          within = true
          beginning = block.toString('latin1', at, at + STAMP_REACH)
        } else {
          const date = monthDayOf(block.toString('latin1', at, Math.min(end, at + STAMP_REACH)))
          if (date !== undefined) onDate(date)
          at = end + 1
        }
      }
      if (!goOn(block.length)) break
    }
  } catch (error) {
    // The replay itself will say what is wrong with the file.
    if (!(error instanceof ContentError) && (error as NodeJS.ErrnoException).code === undefined) throw error
  } finally {
    await file?.close()
  }
}
