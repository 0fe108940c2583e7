// smtpload: a client for side-by-side runs of SMTP servers on loopback; one thread, so that it takes as little as it can from the server's processors.
#define _GNU_SOURCE
#include "options.h"
#include "session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

static void pump(struct run *run, double seconds) {
    struct epoll_event events[512];
    int timeout = seconds <= 0 ? 0 : seconds > 0.05 ? 50 : (int)(seconds * 1e3) + 1;
    int count = epoll_wait(run->epoll, events, 512, timeout);
    for (int i = 0; i < count; i++) {
        struct session *session = events[i].data.ptr;
        if (session->state != CLOSED) {
            session_ready(run, session, events[i].events);
        }
    }
}

static void pump_for(struct run *run, double seconds) {
    for (double until = now() + seconds; now() < until;) {
        pump(run, until - now());
    }
}

static struct session *make_sessions(int count) {
    struct session *sessions = calloc((size_t)count, sizeof *sessions);
    if (!sessions) {
        abort();
    }
    for (int i = 0; i < count; i++) {
        sessions[i].state = CLOSED;
    }
    return sessions;
}

static const char *make_message(const struct options *o, size_t *length) {
    char *text = malloc((size_t)o->message_bytes + 1024), *end = text;
    end += sprintf(end, "From: <foo@client.test>\r\nTo: <%s>\r\nDate: Thu, 01 Jan 2026 00:00:00 +0000\r\nMessage-Id: <bench.%d@client.test>\r\nSubject: bench\r\n\r\n", o->to, getpid());
    for (long done = 0; done < o->message_bytes;) {
        long line = o->message_bytes - done < 80 ? o->message_bytes - done : 80;
        line = line < 2 ? 2 : line;
        memset(end, 'X', (size_t)line - 2);
        end += line - 2;
        *end++ = '\r';
        *end++ = '\n';
        done += line;
    }
    memcpy(end, ".\r\n", 3);
    *length = (size_t)(end + 3 - text);
    return text;
}

static long connections_of(const struct options *o) {
    return o->mode == MODE_MESSAGE ? (o->count + o->messages_per_session - 1) / o->messages_per_session : o->count;
}

// As many sessions at once as were asked for: the next one begins when one ends.
static void closed_loop(struct run *run, double end) {
    int sessions = run->options->sessions;
    struct session *all = make_sessions(sessions);
    for (long connections = connections_of(run->options); run->finished < connections && now() < end; pump(run, 0.05)) {
        for (int i = 0; i < sessions && run->started < connections && run->open_now < sessions; i++) {
            if (all[i].state == CLOSED) {
                session_start(run, &all[i], now());
            }
        }
    }
}

// Sessions begin on a fixed time line. When all slots are taken, those that are due wait, and the wait counts as theirs.
static void open_loop(struct run *run, double end) {
    int sessions = run->options->sessions, next = 0;
    struct session *all = make_sessions(sessions);
    double began = now();
    for (long connections = connections_of(run->options); run->finished < connections && now() < end;) {
        double due = began + (double)run->started / run->options->arrivals;
        while (run->started < connections && due <= now() && run->open_now < sessions) {
            while (all[next].state != CLOSED) {
                next = (next + 1) % sessions;
            }
            session_start(run, &all[next], due);
            due = began + (double)run->started / run->options->arrivals;
        }
        pump(run, run->started < connections && run->open_now < sessions ? due - now() : 0.05);
    }
}

static int by_due(const void *a, const void *b) {
    double x = (*(struct session *const *)a)->due, y = (*(struct session *const *)b)->due;
    return x < y ? -1 : x > y;
}

static void hold(struct run *run, double end, double *open_seconds, double *send_seconds) {
    const struct options *o = run->options;
    const long connecting_max = 200;
    struct session *all = make_sessions(o->sessions);
    double began = now();
    while (run->opened + run->failed_open < o->sessions && now() < end) {
        while (run->started < o->sessions && run->started - run->opened - run->failed_open < connecting_max) {
            session_start(run, &all[run->started], now());
        }
        pump(run, 0.05);
    }
    *open_seconds = now() - began;
    printf("OPEN ok=%ld fail=%ld t=%.3f\n", run->opened, run->failed_open, *open_seconds);
    fflush(stdout);
    pump_for(run, o->idle_seconds);

    struct session **queue = malloc(sizeof(*queue) * (size_t)o->sessions);
    long waiting = 0, next = 0, failed_before = run->sessions_failed;
    began = now();
    srand(1);
    for (int i = 0; i < o->sessions; i++) {
        if (all[i].state == IDLE) {
            all[i].due = began + o->spread_seconds * (rand() / (double)RAND_MAX);
            queue[waiting++] = &all[i];
        }
    }
    qsort(queue, (size_t)waiting, sizeof *queue, by_due);
    while (now() < end && run->messages + run->sessions_failed - failed_before < waiting) {
        for (; next < waiting && queue[next]->due <= now(); next++) {
            if (queue[next]->state == IDLE) {
                session_send_message(run, queue[next]);
            }
        }
        pump(run, next < waiting ? queue[next]->due - now() : 0.05);
    }
    *send_seconds = now() - began;
    pump_for(run, 1);
    printf("SENT ok=%ld t=%.3f\n", run->messages, *send_seconds);
    fflush(stdout);
    pump_for(run, o->rest_seconds);
    for (int i = 0; i < o->sessions; i++) {
        if (all[i].state == IDLE) {
            session_quit(run, &all[i]);
        }
    }
    for (double until = now() + 10; now() < until && run->finished < run->started;) {
        pump(run, 0.05);
    }
}

int main(int argc, char **argv) {
    struct options options;
    if (!options_read(&options, argc, argv)) {
        return 2;
    }
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    struct run run = {.options = &options, .epoll = epoll_create1(EPOLL_CLOEXEC)};
    run.message = make_message(&options, &run.message_length);
    if (options.starttls) {
        run.tls = SSL_CTX_new(TLS_client_method());
        // Each session is a stranger's: a resumed handshake would be a cheaper one.
        SSL_CTX_set_session_cache_mode(run.tls, SSL_SESS_CACHE_OFF);
        SSL_CTX_set_mode(run.tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    }

    double began = now(), end = began + options.limit_seconds, open_seconds = 0, seconds = 0;
    if (options.mode == MODE_HOLD) {
        hold(&run, end, &open_seconds, &seconds);
    } else {
        (options.arrivals > 0 ? open_loop : closed_loop)(&run, end);
        seconds = now() - began;
    }

    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    samples_sort(&run.replies);
    samples_sort(&run.whole);
    long units = options.mode == MODE_CONNECT ? run.sessions_ok : options.mode == MODE_REJECT ? run.refusals : run.messages;
    printf("{\"sessions_ok\":%ld,\"sessions_failed\":%ld,\"unfinished\":%ld,\"messages\":%ld,\"refusals\":%ld,\"opened\":%ld,\"open_s\":%.3f,"
           "\"elapsed\":%.4f,\"units\":%ld,\"rate\":%.1f,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f,\"session_p50_ms\":%.3f,\"session_p99_ms\":%.3f,"
           "\"client_cpu\":%.3f,\"error\":\"%s\"}\n",
           run.sessions_ok, run.sessions_failed, run.started - run.finished, run.messages, run.refusals, run.opened, open_seconds, seconds, units,
           (double)units / seconds, samples_percentile(&run.replies, 50), samples_percentile(&run.replies, 99), samples_percentile(&run.replies, 100),
           samples_percentile(&run.whole, 50), samples_percentile(&run.whole, 99),
           (double)(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + 1e-6 * (double)(used.ru_utime.tv_usec + used.ru_stime.tv_usec), run.error);
    return 0;
}
