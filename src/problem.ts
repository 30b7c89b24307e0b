/** What can be wrong or doubtful in a line: the values of `naslog.problems`. The texts are for docs and `explain`. */
export const problems = {
  empty_line: 'The line was empty.',
  invalid_utf8: 'Bytes that are not UTF-8 were replaced by U+FFFD.',
  truncated: 'The line, or a value in it, was probably cut on the way.',
  repeated_key: 'A key occurs twice; the grammar of the values settled which one is the real one.',
  ambiguous_key: 'A key occurs twice and the line can be read in several ways; only fields on which all readings agree are set.',
  missing_key: 'A key that belongs to this kind of line is missing.',
  unknown_key: 'The line has a key that is not known; its value stands in event.original alone.',
  invalid_address: 'A client address is not an address.',
  invalid_code: 'A numeric code is not a number, or not one that is known.',
  invalid_time: 'The time of the header does not exist in the calendar.',
  invalid_structured_data: 'The structured data of the header is broken.',
  structured_data_lost: 'A relay dropped the RFC 5424 structured data: user, address and action are lost. Let the relay send %rawmsg%.',
  invalid_csv: 'The line is not the CSV of a Qumulo audit record.',
  csv_repaired: 'The quotes of the CSV were not right; a tolerant reading was used.',
  invalid_json: 'The line is not valid JSON.',
  json_repaired: 'The JSON was not valid (unescaped backslashes); a tolerant reading was used.',
  unknown_operation: 'The operation is not in the table; it was categorised by its name, or not at all.',
  invalid_envelope: 'The JSON that should come from the rsyslog template of naslog is broken.',
} as const

export type Problem = keyof typeof problems
