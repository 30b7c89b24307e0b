/** The command line is wrong. The message is printable text without the program's name. */
export class UsageError extends Error {}
