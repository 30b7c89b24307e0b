/*
 * The cheapest program for rsyslog's mmexternal: for each line it gives back a JSON object, nothing else. The object holds what
 * rsyslog/mmexternal.conf looks for. No program behind mmexternal can be faster.
 *
 *     cc -O2 -o echo bench/echo.c
 */
#include <string.h>
#include <unistd.h>

static const char answer[] = "{\"$!\":{\"ecs\":{\"version\":\"9.4.0\"}}}\n";

int main(void)
{
	static char block[65536];

	for (;;) {
		ssize_t length = read(0, block, sizeof block);
		if (length <= 0)
			return length < 0;
		for (const char *at = block; (at = memchr(at, '\n', (size_t)(block + length - at))) != NULL; at++)
			if (write(1, answer, sizeof answer - 1) != (ssize_t)sizeof answer - 1)
				return 1;
	}
}
