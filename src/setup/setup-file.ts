/** A file that `naslog init` writes for a destination: its name within the folder, and its text. */
export interface SetupFile {
  readonly name: string
  readonly text: string
}

export function jsonFile(name: string, content: unknown): SetupFile {
  return { name, text: `${JSON.stringify(content, undefined, 2)}\n` }
}
