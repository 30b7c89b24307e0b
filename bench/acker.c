/*
 * The cheapest program that rsyslog's omprog can feed: it reads lines and answers OK to each, nothing else.
 * It is the ceiling of the benchmark: no program behind omprog with confirmMessages="on" can be faster.
 *
 *     cc -O2 -o acker bench/acker.c
 *     binary="/path/to/acker"           only answer
 *     binary="/path/to/acker FILE"      also append each line to FILE before the answer: the floor of "stored, then OK"
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

int main(int argc, char **argv)
{
	static char block[65536];
	int file = -1;

	if (argc > 1) {
		file = open(argv[1], O_WRONLY | O_CREAT | O_APPEND, 0640);
		if (file < 0) {
			perror(argv[1]);
			return 1;
		}
	}
	if (write_all(1, "OK\n", 3) < 0) /* the start-up answer: "ready" */
		return 1;
	for (;;) {
		ssize_t length = read(0, block, sizeof block);
		if (length < 0 && errno == EINTR)
			continue;
		if (length <= 0)
			return length < 0;
		if (file >= 0 && write_all(file, block, (size_t)length) < 0)
			return 1;
		for (const char *at = block; (at = memchr(at, '\n', (size_t)(block + length - at))) != NULL; at++)
			if (write_all(1, "OK\n", 3) < 0)
				return 1;
	}
}
