/*
 * The cheapest program that rsyslog's omprog can feed: it reads lines and answers OK to each, nothing else.
 * It is the ceiling of the benchmark: no program behind omprog with confirmMessages="on" can be faster.
 *
 *     cc -O2 -o acker bench/acker.c
 *     binary="/path/to/acker"           only answer
 *     binary="/path/to/acker FILE"      also append each line to FILE before the answer: the floor of "stored, then OK"
 *     binary="/path/to/acker -t [FILE]" for useTransactions="on": a line gets DEFER_COMMIT, and COMMIT its OK when FILE is on the disk
 *
 * With confirmMessages on rsyslog sends one line and waits, so a read never holds two lines; a line may take several reads.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Writes all of it. Returns 0, or -1 when the other end is gone or the disk is full. */
static int write_all(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t written = write(fd, bytes, length);
		if (written < 0) {
			if (errno == EINTR)
				continue;
			return -1;
		}
		bytes += written;
		length -= (size_t)written;
	}
	return 0;
}

/* True if the line is the mark and nothing else. */
static int is_mark(const char *line, size_t length, const char *mark)
{
	return length == strlen(mark) && memcmp(line, mark, length) == 0;
}

int main(int argc, char **argv)
{
	static char block[65536];
	int transactions = argc > 1 && strcmp(argv[1], "-t") == 0;
	const char *path = argv[1 + transactions];
	size_t length = 0;
	int file = -1;

	if (path != NULL) {
		file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0640);
		if (file < 0) {
			perror(path);
			return 1;
		}
	}
	if (write_all(1, "OK\n", 3) < 0) /* the start-up answer: "ready" */
		return 1;
	for (;;) {
		ssize_t count = read(0, block + length, sizeof block - length);
		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return count < 0;
		length += (size_t)count;
		if (block[length - 1] != '\n' && length < sizeof block)
			continue;
		int begins = transactions && is_mark(block, length, "BEGIN TRANSACTION\n");
		int commits = transactions && is_mark(block, length, "COMMIT TRANSACTION\n");
		int ends = block[length - 1] == '\n';
		if (!begins && !commits && file >= 0 && write_all(file, block, length) < 0)
			return 1;
		if (commits && file >= 0 && fdatasync(file) < 0)
			return 1;
		const char *answer = transactions && !begins && !commits ? "DEFER_COMMIT\n" : "OK\n";
		if (ends && write_all(1, answer, strlen(answer)) < 0)
			return 1;
		length = 0;
	}
}
