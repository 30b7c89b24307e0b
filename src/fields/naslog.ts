import { many, one } from './declare.ts'

/** What naslog says of its own work on a line. */
export const naslogFields = {
  'naslog.envelope': one('keyword', 'Form of the header: `rfc5424`, `rfc3164`, `iso`, `comma`, `bare`.'),
  'naslog.parser': one('keyword', 'The parser that claimed the line: `qnap`, `qumulo`, `plain`.'),
  'naslog.problems': many('keyword', 'What was wrong or doubtful in the line, as codes; docs/fields.md lists them.'),
  'naslog.truncated': one('boolean', 'True where the line, or a value in it, was probably cut on the way.'),
  'naslog.repeat_count': one('long', 'How often the message was repeated, of a `message repeated N times` line.'),
  'naslog.decoded_path': one('keyword', 'file.path with the control-character escapes of rsyslog (`#011`) undone.'),
  'naslog.sender.address': one('keyword', 'Address that delivered the line to rsyslog: the device, or the last relay.'),
}
