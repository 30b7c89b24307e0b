/**
 * What the exit codes of naslog mean. `usage` is that of shells, `config` is EX_CONFIG of sysexits.h: a supervisor can tell a
 * configuration that somebody must mend from a crash that a restart may cure.
 */
export const exitCodes = {
  ok: { code: 0, meaning: 'done; also when the reader of the output closed it early' },
  failed: { code: 1, meaning: 'a check failed, `naslog status` found something wrong, or reading, writing or naslog itself failed' },
  usage: { code: 2, meaning: 'the command line is wrong' },
  incomplete: {
    code: 3,
    meaning: '`naslog replay` did not get everything through: a file was missing or damaged, records were rejected, or it was stopped; standard error says which',
  },
  start: { code: 69, meaning: 'naslog cannot start as rsyslog\'s program: the journal or a destination cannot be used' },
  config: { code: 78, meaning: 'the configuration file or the environment is wrong' },
} as const
