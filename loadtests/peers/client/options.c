#include "options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "smtpload: an SMTP client for side-by-side runs on loopback. Prints one line of JSON.\n"
    "  -m connect|reject|message|hold   what a session does\n"
    "  -p PORT -n COUNT -c SESSIONS     where, how many, how many at once\n"
    "  -l BYTES -k N -r N               size of a message, messages a session, refused recipients a session\n"
    "  -f FROM[,FROM...] -t TO          envelope\n"
    "  -R RATE                          open loop: RATE connections begin each second, whatever the server does\n"
    "  -s                               STARTTLS first\n"
    "  -a N                             take source addresses 127.1.0.1 and following in turn\n"
    "  -T SECONDS                       give up\n"
    "  -D SECONDS -I SECONDS -A SECONDS hold: time over which the messages are spread; idle time before it and after it\n";

static bool read_mode(const char *text, enum mode *mode) {
    static const char *const names[] = {"connect", "reject", "message", "hold"};
    for (int i = 0; i < 4; i++) {
        if (!strcmp(text, names[i])) {
            *mode = (enum mode)i;
            return true;
        }
    }
    return false;
}

bool options_read(struct options *o, int argc, char **argv) {
    *o = (struct options){
        .mode = MODE_CONNECT, .host = "127.0.0.1", .port = 2525, .count = 1000, .sessions = 50, .message_bytes = 4096,
        .messages_per_session = 1, .refused_per_session = 1, .from = "foo@client.test", .to = "user@relay.test",
        .limit_seconds = 60, .spread_seconds = 1, .idle_seconds = 2, .rest_seconds = 3,
    };
    bool good = true;
    for (int option; (option = getopt(argc, argv, "m:p:n:c:l:k:r:f:t:R:sa:T:D:I:A:")) != -1;) {
        switch (option) {
        case 'm': good &= read_mode(optarg, &o->mode); break;
        case 'p': o->port = atoi(optarg); break;
        case 'n': o->count = atol(optarg); break;
        case 'c': o->sessions = atoi(optarg); break;
        case 'l': o->message_bytes = atol(optarg); break;
        case 'k': o->messages_per_session = atoi(optarg); break;
        case 'r': o->refused_per_session = atoi(optarg); break;
        case 'f': o->from = optarg; break;
        case 't': o->to = optarg; break;
        case 'R': o->arrivals = atof(optarg); break;
        case 's': o->starttls = true; break;
        case 'a': o->sources = atoi(optarg); break;
        case 'T': o->limit_seconds = atof(optarg); break;
        case 'D': o->spread_seconds = atof(optarg); break;
        case 'I': o->idle_seconds = atof(optarg); break;
        case 'A': o->rest_seconds = atof(optarg); break;
        default: good = false; break;
        }
    }
    good &= o->count > 0 && o->sessions > 0 && o->messages_per_session > 0 && o->refused_per_session > 0 && o->message_bytes >= 0 && optind == argc;
    if (o->mode == MODE_HOLD) {
        o->sessions = (int)o->count;
    }
    o->from_count = 1;
    for (const char *c = o->from; *c; c++) {
        o->from_count += *c == ',';
    }
    if (!good) {
        fputs(usage, stderr);
    }
    return good;
}
