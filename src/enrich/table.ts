import { isUtf8 } from 'node:buffer'
import * as z from 'zod'
import { ConfigurationError } from '../config/error.ts'
import { parseConfiguration, type ConfigurationFile } from '../config/file.ts'
import { complaints } from '../config/validate.ts'
import { CsvError, parseCsv } from '../lib/csv.ts'
import { suggestion } from '../lib/nearest.ts'
import { printableText } from '../lib/printable.ts'
import { shorten } from '../lib/shorten.ts'
import { readBytes, watchFile, type WatchedFile } from './watched-file.ts'

export interface TableSettings<Row> {
  readonly file?: string | undefined
  readonly entries: readonly Row[]
}

/** What is made of a table, and of its file whenever that changes. `lists`: the columns that hold several values in a CSV file. */
export function watchTable<Row, T>(
  { file, entries }: TableSettings<Row>,
  row: z.ZodType<Row>,
  lists: readonly string[],
  compile: (rows: readonly Row[]) => T,
): WatchedFile<T> {
  if (file === undefined) return { current: compile(entries), refresh: () => [] }
  return watchFile(file, (name) => compile([...entries, ...readTable(name, row, lists)]))
}

/**
 * Reads a table: a YAML list of mappings, or for a name that ends in `.csv` (in either case) rows under a row of column names. Throws a
 * ConfigurationError that lists everything that is wrong, with its line.
 */
export function readTable<Row>(name: string, row: z.ZodType<Row>, lists: readonly string[]): Row[] {
  const bytes = readBytes(name)
  if (!isUtf8(bytes)) throw new ConfigurationError([{ where: printableText(name), text: 'is not UTF-8 text' }])
  const text = bytes.toString('utf8')
  const { content, locate } = /\.csv$/i.test(name) ? parseRows(name, text, columnsOf(row), lists) : parseConfiguration(name, text)
  const schema = z.array(row, { error: 'expected a list of mappings' })
  // An empty YAML file is an empty mapping.
  const rows = !Array.isArray(content) && Object.keys(content as object).length === 0 ? [] : content
  const found = complaints(schema, rows, locate)
  if (found.length > 0) throw new ConfigurationError(found)
  return schema.parse(rows)
}

/** The columns that a table may have. */
function columnsOf(row: z.ZodType): readonly string[] {
  return row instanceof z.ZodObject ? Object.keys(row.shape) : []
}

function parseRows(name: string, text: string, known: readonly string[], lists: readonly string[]): ConfigurationFile {
  const refuse = (line: number, ...texts: string[]): ConfigurationError =>
    new ConfigurationError(texts.map((each) => ({ where: printableText(`${name}:${line}`), text: printableText(each) })))
  try {
    const [head, ...rows] = parseCsv(text)
    const columns = head?.cells ?? []
    const twice = columns.find((column, index) => column !== '' && columns.indexOf(column) !== index)
    if (twice !== undefined) throw refuse(head?.line ?? 1, `expected each column once, found '${shorten(twice)}' twice`)
    const unknown = columns.filter((column) => column !== '' && !known.includes(column))
    if (unknown.length > 0) throw refuse(head?.line ?? 1, ...unknown.map((column) => `unknown column '${shorten(column)}'${suggestion(shorten(column), known)}`))
    const content = rows.map(({ line, cells }) => {
      if (cells.length > columns.length) throw refuse(line, `expected at most ${columns.length} cells, found ${cells.length}`)
      const filled = cells.flatMap((cell, index) => {
        const column = columns[index] as string
        if (cell === '') return []
        if (column === '') throw refuse(line, `expected nothing in a column without a name, found '${shorten(cell)}'`)
        return [[column, lists.includes(column) ? cell.split(/[;\s]+/).filter((each) => each !== '') : cell]]
      })
      return Object.fromEntries(filled) as unknown
    })
    return { content, locate: ([index]) => `${name}:${rows[Number(index)]?.line ?? 1}` }
  } catch (error) {
    if (error instanceof CsvError) throw refuse(error.line, error.message)
    throw error
  }
}
