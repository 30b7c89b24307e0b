import { many, one, raw } from './declare.ts'

/** What naslog says of its own work on a line. */
export const naslogFields = {
  'naslog.envelope': one('keyword', 'Form of the header: `rfc5424`, `rfc3164`, `iso`, `comma`, `bare`.'),
  'naslog.parser': one('keyword', 'The parser that claimed the line: `qnap`, `qumulo`, `plain`.'),
  'naslog.problems': many('keyword', 'What was wrong or doubtful in the line, as codes; docs/fields.md lists them.'),
  'naslog.truncated': one('boolean', 'True where the line, or a value in it, was probably cut on the way.'),
  'naslog.repeat_count': one('long', 'How often the message was repeated, of a `message repeated N times` line.'),
  'naslog.decoded_path': raw(one('keyword', 'file.path with the control-character escapes of rsyslog (`#011`) undone.', 'line')),
  'naslog.sender.address': raw(one('keyword', 'Address that delivered the line to rsyslog: the device, or the last relay.')),
  'naslog.rules': many('keyword', 'Rules of the configuration that the line met.'),
  'naslog.dropped_by': one('keyword', 'The rule that dropped the line. Seen only where a record is owed all the same: mmexternal and explain.'),
  'naslog.sample_rate': one('long', 'N, where this is one of about N lines and a rule dropped the others.'),
  'naslog.duplicate_of': one('keyword', 'event.id of the record that tells the same, by the section `duplicates`.'),
  'naslog.source.class': one('keyword', 'Class of source.ip: `public`, `private`, `loopback`, `link_local`, `shared`, `multicast`, `documentation`, `reserved`.'),
  'naslog.source.network': one('keyword', 'Name of the network of the client, by the section `networks`.', 'key'),
  'naslog.source.zone': one('keyword', 'Security zone of that network.'),
  'naslog.source.trust': one('keyword', 'How far that network is trusted.'),
  'naslog.file.share': one('keyword', 'Share of the path, by the section `paths`.'),
  'naslog.file.sensitivity': one('keyword', 'How sensitive the folder of the path is, by the section `paths`.'),
  'naslog.file.hidden': one('boolean', 'True where a part of the path begins with a dot.'),
  'naslog.file.kind': one('keyword', 'What the name tells: `lock`, `temporary`, `recycle_bin`, `snapshot`, `thumbnail`, `system`; `stream` for an alternate data stream.'),
}
