#define _GNU_SOURCE
#include "session.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void report(struct run *run, const char *what, const char *detail) {
    if (run->error[0]) {
        return;
    }
    snprintf(run->error, sizeof run->error, "%s: %s", what, detail);
    for (char *c = run->error; *c; c++) {
        if (*c == '"' || *c == '\\' || (unsigned char)*c < ' ') {
            *c = ' ';
        }
    }
}

static void end(struct run *run, struct session *s, bool ok) {
    if (s->state == CLOSED) {
        return;
    }
    if (s->state < IDLE && s->state != QUIT && run->options->mode == MODE_HOLD && !s->messages) {
        run->failed_open++;
    }
    s->state = CLOSED;
    if (s->tls) {
        SSL_free(s->tls);
        s->tls = NULL;
    }
    if (s->socket >= 0) {
        close(s->socket);
    }
    run->finished++;
    run->open_now--;
    if (ok) {
        run->sessions_ok++;
        samples_add(&run->whole, now() - s->due);
    } else {
        run->sessions_failed++;
    }
}

static void fail(struct run *run, struct session *s, const char *what, const char *detail) {
    report(run, what, detail);
    end(run, s, false);
}

static void watch(struct run *run, struct session *s, bool write) {
    if (write != s->wants_write) {
        s->wants_write = write;
        struct epoll_event event = {.events = EPOLLIN | (write ? EPOLLOUT : 0), .data.ptr = s};
        epoll_ctl(run->epoll, EPOLL_CTL_MOD, s->socket, &event);
    }
}

// Bytes moved, 0 for "later", -1 for the end. A TLS record that wants the other direction waits for it.
static ssize_t move(struct run *run, struct session *s, bool write, void *bytes, size_t length) {
    if (!s->tls) {
        ssize_t moved = write ? send(s->socket, bytes, length, MSG_NOSIGNAL) : recv(s->socket, bytes, length, 0);
        return moved > 0 ? moved : moved < 0 && errno == EAGAIN ? 0 : -1;
    }
    int moved = write ? SSL_write(s->tls, bytes, (int)length) : SSL_read(s->tls, bytes, (int)length);
    if (moved > 0) {
        return moved;
    }
    int error = SSL_get_error(s->tls, moved);
    if (error == SSL_ERROR_WANT_WRITE) {
        watch(run, s, true);
    }
    return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? 0 : -1;
}

static void flush(struct run *run, struct session *s) {
    while (s->out_left) {
        ssize_t sent = move(run, s, true, (void *)s->out, s->out_left);
        if (sent < 0) {
            fail(run, s, "send", strerror(errno));
            return;
        }
        if (sent == 0) {
            watch(run, s, true);
            return;
        }
        s->out += sent;
        s->out_left -= (size_t)sent;
    }
    watch(run, s, false);
}

static void say(struct run *run, struct session *s, enum state state, const char *text, size_t length) {
    s->state = state;
    s->out = text;
    s->out_left = length;
    flush(run, s);
}

static void say_line(struct run *run, struct session *s, enum state state, const char *line) {
    say(run, s, state, line, strlen(line));
}

void session_send_message(struct run *run, struct session *s) {
    snprintf(s->command, sizeof s->command, "MAIL FROM:<%.*s>\r\n", s->from_length, s->from);
    say_line(run, s, MAIL, s->command);
}

static void say_recipient(struct run *run, struct session *s) {
    s->asked = now();
    snprintf(s->command, sizeof s->command, "RCPT TO:<%s>\r\n", run->options->to);
    say_line(run, s, RCPT, s->command);
}

void session_quit(struct run *run, struct session *s) {
    say_line(run, s, QUIT, "QUIT\r\n");
}

static void after_hello(struct run *run, struct session *s) {
    switch (run->options->mode) {
    case MODE_CONNECT:
        session_quit(run, s);
        break;
    case MODE_HOLD:
        run->opened++;
        s->state = IDLE;
        break;
    default:
        session_send_message(run, s);
        break;
    }
}

static void shake_hands(struct run *run, struct session *s) {
    int done = SSL_connect(s->tls);
    if (done == 1) {
        watch(run, s, false);
        say_line(run, s, TLS_EHLO, "EHLO client.test\r\n");
        return;
    }
    int error = SSL_get_error(s->tls, done);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
        watch(run, s, error == SSL_ERROR_WANT_WRITE);
    } else {
        fail(run, s, "handshake", strerror(errno));
    }
}

static void start_tls(struct run *run, struct session *s) {
    s->tls = SSL_new(run->tls);
    SSL_set_fd(s->tls, s->socket);
    s->state = HANDSHAKE;
    shake_hands(run, s);
}

static void after_recipient(struct run *run, struct session *s, int class, const char *line) {
    if (run->options->mode != MODE_REJECT) {
        if (class != 2) {
            fail(run, s, "rcpt", line);
        } else {
            say_line(run, s, DATA, "DATA\r\n");
        }
        return;
    }
    if (class != 5) {
        fail(run, s, "rcpt not refused", line);
        return;
    }
    run->refusals++;
    samples_add(&run->replies, now() - s->asked);
    if (++s->refused < run->options->refused_per_session) {
        say_recipient(run, s);
    } else {
        session_quit(run, s);
    }
}

static void after_message(struct run *run, struct session *s) {
    run->messages++;
    s->messages++;
    samples_add(&run->replies, now() - s->asked);
    if (run->options->mode == MODE_HOLD) {
        s->state = IDLE;
    } else if (s->messages < run->options->messages_per_session && run->messages < run->options->count) {
        session_send_message(run, s);
    } else {
        session_quit(run, s);
    }
}

static void take_reply(struct run *run, struct session *s, int code, const char *line) {
    static const char *const names[] = {"greeting", "ehlo", "starttls", "handshake", "ehlo under TLS", "mail", "rcpt", "data", "dot", "quit", "idle"};
    int class = code / 100;
    if (s->state != RCPT && s->state != DATA && s->state != QUIT && class != 2) {
        fail(run, s, names[s->state], line);
        return;
    }
    switch (s->state) {
    case GREETING:
        say_line(run, s, EHLO, "EHLO client.test\r\n");
        break;
    case EHLO:
        if (run->options->starttls) {
            say_line(run, s, STARTTLS, "STARTTLS\r\n");
        } else {
            after_hello(run, s);
        }
        break;
    case STARTTLS:
        start_tls(run, s);
        break;
    case TLS_EHLO:
        after_hello(run, s);
        break;
    case MAIL:
        say_recipient(run, s);
        break;
    case RCPT:
        after_recipient(run, s, class, line);
        break;
    case DATA:
        if (class != 3) {
            fail(run, s, "data", line);
        } else {
            s->asked = now();
            say(run, s, DOT, run->message, run->message_length);
        }
        break;
    case DOT:
        after_message(run, s);
        break;
    case QUIT:
        end(run, s, true);
        break;
    default:
        fail(run, s, names[s->state], line);
        break;
    }
}

// Takes whole lines from what has come; of a reply only its last line counts.
static void take_lines(struct run *run, struct session *s) {
    char *line = s->in, *end_of_input = s->in + s->in_length;
    for (char *newline; s->state != CLOSED && s->state != HANDSHAKE && (newline = memchr(line, '\n', (size_t)(end_of_input - line)));) {
        *newline = 0;
        if (newline - line >= 3 && (newline - line < 4 || line[3] != '-')) {
            take_reply(run, s, atoi(line), line);
        }
        line = newline + 1;
    }
    s->in_length = (size_t)(end_of_input - line);
    memmove(s->in, line, s->in_length);
}

static void read_replies(struct run *run, struct session *s) {
    while (s->state != CLOSED && s->state != HANDSHAKE) {
        ssize_t received = move(run, s, false, s->in + s->in_length, sizeof s->in - s->in_length);
        if (received == 0) {
            return;
        }
        if (received < 0) {
            if (s->state == QUIT) {
                end(run, s, true);
            } else {
                fail(run, s, "connection closed", strerror(errno));
            }
            return;
        }
        s->in_length += (size_t)received;
        take_lines(run, s);
        if (s->in_length == sizeof s->in) {
            fail(run, s, "reply", "line too long");
        }
    }
}

void session_ready(struct run *run, struct session *s, unsigned events) {
    if (s->state == HANDSHAKE) {
        shake_hands(run, s);
    } else if (events & EPOLLOUT) {
        flush(run, s);
    }
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) {
        read_replies(run, s);
    }
}

static void choose_sender(struct run *run, struct session *s) {
    const char *from = run->options->from;
    for (long skip = run->started % run->options->from_count; skip > 0; skip--) {
        from = strchr(from, ',') + 1;
    }
    s->from = from;
    s->from_length = (int)strcspn(from, ",");
}

static int bind_source(struct run *run, int socket) {
    int one = 1;
    struct sockaddr_in source = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f010001u + (unsigned)(run->started % run->options->sources))};
    setsockopt(socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    return bind(socket, (struct sockaddr *)&source, sizeof source);
}

void session_start(struct run *run, struct session *s, double due) {
    *s = (struct session){.state = GREETING, .due = due, .socket = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    choose_sender(run, s);
    run->open_now++;
    int one = 1;
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons((unsigned short)run->options->port)};
    inet_pton(AF_INET, run->options->host, &server.sin_addr);
    setsockopt(s->socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = s};
    if (s->socket < 0 || (run->options->sources && bind_source(run, s->socket) < 0) ||
        (connect(s->socket, (struct sockaddr *)&server, sizeof server) < 0 && errno != EINPROGRESS) ||
        epoll_ctl(run->epoll, EPOLL_CTL_ADD, s->socket, &event) < 0) {
        run->started++;
        fail(run, s, "connect", strerror(errno));
        return;
    }
    run->started++;
}
