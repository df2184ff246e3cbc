/* Stands in for the kernel's GPIO character device (uAPI v2), by LD_PRELOAD: /dev/gpiochip0 and 1 have 64 lines,
 * /dev/gpiochip3 may not be opened. Line 1 is held by "somebody", line 2 refuses to debounce. Writing a chip's
 * output sends an edge to its input, as if a wire joined them; with GPIO_SHIM_VANISH set the chip vanishes instead.
 * Requests and releases are told on stderr. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/gpio.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CHIPS 4
#define LINES 64
#define DESCRIPTORS 1024

enum kind { NOTHING, CHIP, LINE };
static struct { enum kind kind; int chip; unsigned line; int is_input, active_low, value; } table[DESCRIPTORS];
/* The far end of the socket that an input is made of, per chip. */
static int wire[CHIPS];
static unsigned sequence;

static int chip_of(const char * path)
{
    int n;
    char rest;
    if(!path || sscanf(path, "/dev/gpiochip%d%c", &n, &rest) != 1 || n < 0 || n >= CHIPS) return -1;
    return n;
}

static int open_chip(const char * path)
{
    int chip = chip_of(path);
    if(chip == 3) {
        errno = EACCES;
        return -1;
    }
    if(chip > 1) {
        errno = ENOENT;
        return -1;
    }
    int fd = dup(STDERR_FILENO);
    table[fd].kind = CHIP;
    table[fd].chip = chip;
    return fd;
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

int open(const char * path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    int mode = va_arg(args, int);
    va_end(args);
    return chip_of(path) >= 0 ? open_chip(path) : REAL(open)(path, flags, mode);
}

int open64(const char * path, int flags, ...)
{
    va_list args;
    va_start(args, flags);
    int mode = va_arg(args, int);
    va_end(args);
    return chip_of(path) >= 0 ? open_chip(path) : REAL(open64)(path, flags, mode);
}

char * realpath(const char * path, char * resolved)
{
    if(chip_of(path) >= 0) return resolved ? strcpy(resolved, path) : strdup(path);
    return REAL(realpath)(path, resolved);
}

int close(int fd)
{
    if(fd >= 0 && fd < DESCRIPTORS && table[fd].kind == LINE) {
        if(table[fd].is_input) {
            REAL(close)(wire[table[fd].chip]);
            wire[table[fd].chip] = 0;
        }
        dprintf(STDERR_FILENO, "shim: line %u released\n", table[fd].line);
    }
    if(fd >= 0 && fd < DESCRIPTORS) table[fd].kind = NOTHING;
    return REAL(close)(fd);
}

static int get_line(int chip, struct gpio_v2_line_request * request)
{
    unsigned line = request->offsets[0];
    int debounced = 0;
    unsigned long long values = 0;
    for(unsigned i = 0; i < request->config.num_attrs; i++) {
        struct gpio_v2_line_attribute * attr = &request->config.attrs[i].attr;
        if(attr->id == GPIO_V2_LINE_ATTR_ID_DEBOUNCE) debounced = attr->debounce_period_us;
        if(attr->id == GPIO_V2_LINE_ATTR_ID_OUTPUT_VALUES) values = attr->values;
    }
    if(line == 1) errno = EBUSY;
    if(line == 2 && debounced) errno = EINVAL;
    if(line == 1 || (line == 2 && debounced)) return -1;
    unsigned long long flags = request->config.flags;
    int pair[2];
    if(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair)) return -1;
    request->fd = pair[0];
    table[pair[0]].kind = LINE;
    table[pair[0]].chip = chip;
    table[pair[0]].line = line;
    table[pair[0]].is_input = !(flags & GPIO_V2_LINE_FLAG_OUTPUT);
    table[pair[0]].active_low = !!(flags & GPIO_V2_LINE_FLAG_ACTIVE_LOW);
    table[pair[0]].value = values & 1;
    if(table[pair[0]].is_input) wire[chip] = pair[1];
    else REAL(close)(pair[1]);
    dprintf(STDERR_FILENO, "shim: line %u requested by %s: %s%s%s%s%s debounce %d us, value %d\n", line,
            request->consumer, flags & GPIO_V2_LINE_FLAG_OUTPUT ? "output" : "input",
            flags & GPIO_V2_LINE_FLAG_ACTIVE_LOW ? " active-low" : "",
            flags & GPIO_V2_LINE_FLAG_BIAS_PULL_UP ? " pull-up" : "",
            flags & GPIO_V2_LINE_FLAG_BIAS_PULL_DOWN ? " pull-down" : "",
            flags & GPIO_V2_LINE_FLAG_BIAS_DISABLED ? " no-bias" : "", debounced, table[pair[0]].value);
    return 0;
}

/* The output was written: what is wired to it sees an edge, or its chip vanishes. */
static void edge(int chip, int value)
{
    if(!wire[chip]) return;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    struct gpio_v2_line_event event = { .id = value ? GPIO_V2_LINE_EVENT_RISING_EDGE : GPIO_V2_LINE_EVENT_FALLING_EDGE,
                                        .timestamp_ns = now.tv_sec * 1000000000ULL + now.tv_nsec,
                                        .offset = 17, .line_seqno = ++sequence
                                      };
    if(getenv("GPIO_SHIM_VANISH")) shutdown(wire[chip], SHUT_RDWR);
    else if(write(wire[chip], &event, sizeof(event)) < 0) dprintf(STDERR_FILENO, "shim: nobody reads\n");
}

int ioctl(int fd, unsigned long request, ...)
{
    va_list args;
    va_start(args, request);
    void * p = va_arg(args, void *);
    va_end(args);
    if(fd < 0 || fd >= DESCRIPTORS || table[fd].kind == NOTHING) return REAL(ioctl)(fd, request, p);
    int chip = table[fd].chip;
    switch(request) {
        case GPIO_GET_CHIPINFO_IOCTL: {
                struct gpiochip_info * info = p;
                memset(info, 0, sizeof(*info));
                sprintf(info->name, "gpiochip%d", chip);
                strcpy(info->label, "shim");
                info->lines = LINES;
                return 0;
            }
        case GPIO_V2_GET_LINEINFO_IOCTL: {
                struct gpio_v2_line_info * info = p;
                strcpy(info->consumer, info->offset == 1 ? "somebody" : "");
                return 0;
            }
        case GPIO_V2_GET_LINE_IOCTL:
            return get_line(chip, p);
        case GPIO_V2_LINE_GET_VALUES_IOCTL:
            ((struct gpio_v2_line_values *)p)->bits = table[fd].value;
            return 0;
        case GPIO_V2_LINE_SET_VALUES_IOCTL:
            table[fd].value = ((struct gpio_v2_line_values *)p)->bits & 1;
            edge(chip, table[fd].value);
            return 0;
    }
    errno = ENOTTY;
    return -1;
}
