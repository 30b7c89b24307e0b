/** Something wrong in a configuration, for people: where, and what was expected. One line of printable text. */
export interface Complaint {
  /** `naslog.yaml:3:5`, `--format`, `NASLOG_FORMAT`. */
  readonly where: string
  readonly text: string
}

/** The configuration was refused. */
export class ConfigurationError extends Error {
  readonly complaints: readonly Complaint[]
  constructor(complaints: readonly Complaint[]) {
    super(complaints.map(({ where, text }) => `${where}: ${text}`).join('\n'))
    this.complaints = complaints
  }
}

/** An option of the command line has a value that it does not take. */
export class OptionError extends ConfigurationError {}
