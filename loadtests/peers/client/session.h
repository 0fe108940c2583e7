// One SMTP session of the client: a state machine that epoll drives.
#ifndef SESSION_H
#define SESSION_H

#include "options.h"
#include "samples.h"

#include <openssl/ssl.h>

enum state { GREETING, EHLO, STARTTLS, HANDSHAKE, TLS_EHLO, MAIL, RCPT, DATA, DOT, QUIT, IDLE, CLOSED };

struct session {
    int socket;
    enum state state;
    SSL *tls;
    bool wants_write;
    int messages, refused;
    double due;      // open loop: when it was meant to begin. MODE_HOLD: when its message is due
    double asked;    // when the command under way was sent
    const char *from;
    int from_length;
    const char *out;
    size_t out_left;
    char command[256];
    size_t in_length;
    char in[1024];
};

// What all sessions share.
struct run {
    const struct options *options;
    int epoll;
    SSL_CTX *tls;
    const char *message;
    size_t message_length;
    long started, finished, opened, failed_open;
    long sessions_ok, sessions_failed, messages, refusals;
    long open_now;
    struct samples replies; // dot to 250, or RCPT to 550
    struct samples whole;   // from the intended beginning to the end of the session
    char error[256];        // the first one
};

double now(void);

// Begins to connect. A session that cannot even do that is closed and counted.
void session_start(struct run *run, struct session *session, double due);

// Begins the next message of an idle session.
void session_send_message(struct run *run, struct session *session);

// Says QUIT in an idle session.
void session_quit(struct run *run, struct session *session);

// Does what its socket is ready for.
void session_ready(struct run *run, struct session *session, unsigned events);

#endif
