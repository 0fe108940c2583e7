// What one run of the client does.
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

enum mode {
    MODE_CONNECT, // EHLO, QUIT
    MODE_REJECT,  // EHLO, MAIL, refused RCPTs, QUIT
    MODE_MESSAGE, // EHLO, messages, QUIT
    MODE_HOLD,    // EHLO, nothing for a while, one message, nothing for a while, QUIT
};

struct options {
    enum mode mode;
    const char *host;
    int port;
    long count;           // connections, or messages in MODE_MESSAGE
    int sessions;         // at once; in an open loop, the most
    long message_bytes;
    int messages_per_session;
    int refused_per_session;
    const char *from;     // several, divided by commas, take turns
    const char *to;
    int from_count;
    double arrivals;      // connections a second on a fixed time line; 0: a closed loop
    bool starttls;
    int sources;          // addresses from 127.1.0.1 upwards, one after the other; 0: the system's choice
    double limit_seconds;
    double spread_seconds; // MODE_HOLD: the messages are spread over so long
    double idle_seconds;   // MODE_HOLD: between the last EHLO and the first message
    double rest_seconds;   // MODE_HOLD: between the last message and the first QUIT
};

bool options_read(struct options *options, int argc, char **argv);

#endif
