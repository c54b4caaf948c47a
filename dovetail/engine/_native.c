/* The optional accelerator: escaping, number formatting, filling and joining of texts.
 *
 * dovetail/engine/native.py is the door to it and holds the same functions in Python, which state the
 * contract in full; tests/engine/test_native.py holds both against each other. Of PHP this knows the five
 * entities, the text of a float of few digits, and rounding; other numbers are handed to the Python functions
 * that `configure` was given.
 *
 * Python code can run in the midst of a call only in those functions, in the `__eq__` of a strange dictionary
 * key, and when the last reference to an item is let go; whatever is used afterwards is held by a reference of
 * its own.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>

#include <math.h>
#include <stdint.h>
#include <string.h>
#if defined(__SSE2__) && defined(__GNUC__)
#define SIXTEEN
#include <emmintrin.h>
#endif

/* A shown value is at most six times its text, and UTF-8 at most four times that: no sum overflows. */
#define LARGEST_LIMIT (PY_SSIZE_T_MAX / 64)
#define PLAIN_LIMIT 1000000
#define ON_STACK 64
#define DIGITS 20 /* of a signed 64-bit number, with its sign */
#define SEPARATOR 8 /* characters of one that is written in C */
#define GROUPED (1 + 15 + 14 + 5 * SEPARATOR) /* characters that a number can have */
#define SHORT 36 /* bytes of the digits that are kept beside a value; DIGITS at least */
#define FAR 1e11   /* see shown_digits */
#define SURE 1e15  /* a double is sure of whole numbers below, whatever power of ten divides them */

typedef struct {
    PyObject *to_text;
    PyObject *number_format;
} State;

static inline int ready(PyObject *text) {
#if PY_VERSION_HEX < 0x030C0000
    return PyUnicode_READY(text);
#else
    (void)text;
    return 0;
#endif
}

/* ---- Escaping: how much longer a text becomes, and writing it ---- */

/* What an entity has more than the character it stands for; all of these are below 64. */
static const unsigned char GROWTH[64] = {
    ['&'] = 4, ['<'] = 3, ['>'] = 3, ['"'] = 5, ['\''] = 5,
};

/* `clean_1` and `clean_2`: how many characters at the start need no escaping.
 *
 * Looks at sixteen bytes at once, or at eight where there is no SSE2. `& '` differ in their lowest bit only, and
 * `< >` in the second, so three comparisons do for five. The last block reaches back over characters that are
 * known to be clean. */
#ifdef SIXTEEN
#define CLEAN(type, width, set, equal)                                                                          \
    /* A bit for each byte of a character that is to escape. */                                                 \
    static inline unsigned int special_##width(__m128i chars) {                                                 \
        const __m128i amp = equal(_mm_or_si128(chars, set(1)), set(0x27));                                      \
        const __m128i angle = equal(_mm_or_si128(chars, set(2)), set(0x3E));                                    \
        const __m128i quote = equal(chars, set(0x22));                                                          \
        return (unsigned int)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(amp, angle), quote));                  \
    }                                                                                                           \
    static inline Py_ssize_t clean_##width(const type *at, Py_ssize_t length) {                                 \
        const Py_ssize_t block = 16 / width, half = 8 / width;                                                  \
        Py_ssize_t place = 0;                                                                                   \
        if (length >= block) {                                                                                  \
            for (;; place += block) {                                                                           \
                place = place > length - block ? length - block : place;                                        \
                const unsigned int found = special_##width(_mm_loadu_si128((const void *)(at + place)));        \
                if (found)                                                                                      \
                    return place + __builtin_ctz(found) / width;                                                \
                if (place + block == length)                                                                    \
                    return length;                                                                              \
            }                                                                                                   \
        }                                                                                                       \
        if (length >= half) {                                                                                   \
            const unsigned int found = special_##width(_mm_unpacklo_epi64(                                      \
                _mm_loadl_epi64((const void *)at), _mm_loadl_epi64((const void *)(at + length - half))));       \
            if (!found)                                                                                         \
                return length;                                                                                  \
            place = __builtin_ctz(found) / width;                                                               \
            return place < half ? place : length - block + place;                                               \
        }                                                                                                       \
        while (place < length && !(at[place] < 64 && GROWTH[at[place]]))                                        \
            place++;                                                                                            \
        return place;                                                                                           \
    }
CLEAN(Py_UCS1, 1, _mm_set1_epi8, _mm_cmpeq_epi8)
CLEAN(Py_UCS2, 2, _mm_set1_epi16, _mm_cmpeq_epi16)
#else
/* A character that is equal is a lane of zero, which is found by the borrow out of it. */
#define CLEAN(type, width, one)                                                                                 \
    static inline int special_##width(const void *at) {                                                         \
        uint64_t word;                                                                                          \
        memcpy(&word, at, 8);                                                                                   \
        const uint64_t amp = (word | (one)) ^ ((one) * 0x27);                                                   \
        const uint64_t angle = (word | ((one) * 2)) ^ ((one) * 0x3E);                                           \
        const uint64_t quote = word ^ ((one) * 0x22);                                                           \
        const uint64_t borrows = ((amp - (one)) & ~amp) | ((angle - (one)) & ~angle) | ((quote - (one)) & ~quote); \
        return (borrows & ((one) << (8 * width - 1))) != 0;                                                     \
    }                                                                                                           \
    static inline Py_ssize_t clean_##width(const type *at, Py_ssize_t length) {                                 \
        const Py_ssize_t block = 8 / width;                                                                     \
        Py_ssize_t place = 0;                                                                                   \
        while (place <= length - block && !special_##width(at + place))                                         \
            place += block;                                                                                     \
        if (place > length - block && length >= block && !special_##width(at + length - block))                 \
            return length;                                                                                      \
        while (place < length && !(at[place] < 64 && GROWTH[at[place]]))                                        \
            place++;                                                                                            \
        return place;                                                                                           \
    }
CLEAN(Py_UCS1, 1, UINT64_C(0x0101010101010101))
CLEAN(Py_UCS2, 2, UINT64_C(0x0001000100010001))
#endif

#define GROWTH_BY_RUNS(type, width)                                                                             \
    static Py_ssize_t growth_##width(const type *at, Py_ssize_t length) {                                       \
        Py_ssize_t growth = 0;                                                                                  \
        for (;;) {                                                                                              \
            const Py_ssize_t clean = clean_##width(at, length);                                                 \
            if (clean == length)                                                                                \
                return growth;                                                                                  \
            growth += GROWTH[at[clean]];                                                                        \
            at += clean + 1;                                                                                    \
            length -= clean + 1;                                                                                \
        }                                                                                                       \
    }
GROWTH_BY_RUNS(Py_UCS1, 1)
GROWTH_BY_RUNS(Py_UCS2, 2)

static Py_ssize_t growth_4(const Py_UCS4 *at, Py_ssize_t length) {
    Py_ssize_t growth = 0;
    for (Py_ssize_t place = 0; place < length; place++)
        growth += at[place] < 64 ? GROWTH[at[place]] : 0;
    return growth;
}

static inline Py_ssize_t growth_of(PyObject *text) {
    const Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    switch (PyUnicode_KIND(text)) {
    case PyUnicode_1BYTE_KIND:
        return growth_1(PyUnicode_1BYTE_DATA(text), length);
    case PyUnicode_2BYTE_KIND:
        return growth_2(PyUnicode_2BYTE_DATA(text), length);
    default:
        return growth_4(PyUnicode_4BYTE_DATA(text), length);
    }
}

/* Writes the entity of `code`, which is one of the five, at `out`; gives the place after it. */
#define WRITE_ENTITY(out, code)                                                                                 \
    do {                                                                                                        \
        const char *entity_;                                                                                    \
        switch (code) {                                                                                         \
        case '&':                                                                                               \
            entity_ = "&amp;";                                                                                  \
            break;                                                                                              \
        case '<':                                                                                               \
            entity_ = "&lt;";                                                                                   \
            break;                                                                                              \
        case '>':                                                                                               \
            entity_ = "&gt;";                                                                                   \
            break;                                                                                              \
        case '"':                                                                                               \
            entity_ = "&quot;";                                                                                 \
            break;                                                                                              \
        default:                                                                                                \
            entity_ = "&#039;";                                                                                 \
        }                                                                                                       \
        while (*entity_)                                                                                        \
            *(out)++ = (unsigned char)*entity_++;                                                               \
    } while (0)

/* Escaping, from characters of one width to the same or a greater one. */
#define ESCAPE(from, to)                                                                                        \
    static void escape_##from##_##to(const Py_UCS##from *at, Py_ssize_t length, Py_UCS##to *out) {              \
        for (Py_ssize_t place = 0; place < length; place++) {                                                   \
            if (at[place] < 64 && GROWTH[at[place]])                                                            \
                WRITE_ENTITY(out, at[place]);                                                                   \
            else                                                                                                \
                *out++ = (Py_UCS##to)at[place];                                                                 \
        }                                                                                                       \
    }
ESCAPE(1, 2)
ESCAPE(1, 4)
ESCAPE(2, 4)
ESCAPE(4, 4)

/* Short texts are the rule, and a call of memcpy costs more than they do. */
static inline void copy_bytes(const char *at, size_t size, char *out) {
    if (size > 32) {
        memcpy(out, at, size);
    } else if (size >= 16) {
        char first[16], last[16];
        memcpy(first, at, 16);
        memcpy(last, at + size - 16, 16);
        memcpy(out, first, 16);
        memcpy(out + size - 16, last, 16);
    } else if (size >= 8) {
        char first[8], last[8];
        memcpy(first, at, 8);
        memcpy(last, at + size - 8, 8);
        memcpy(out, first, 8);
        memcpy(out + size - 8, last, 8);
    } else if (size >= 4) {
        char first[4], last[4];
        memcpy(first, at, 4);
        memcpy(last, at + size - 4, 4);
        memcpy(out, first, 4);
        memcpy(out + size - 4, last, 4);
    } else {
        while (size--)
            *out++ = *at++;
    }
}

#define ESCAPE_BY_RUNS(width)                                                                                   \
    static void escape_##width##_##width(const Py_UCS##width *at, Py_ssize_t length, Py_UCS##width *out) {      \
        for (;;) {                                                                                              \
            const Py_ssize_t clean = clean_##width(at, length);                                                 \
            copy_bytes((const char *)at, (size_t)clean * width, (char *)out);                                   \
            if (clean == length)                                                                                \
                return;                                                                                         \
            out += clean;                                                                                       \
            WRITE_ENTITY(out, at[clean]);                                                                       \
            at += clean + 1;                                                                                    \
            length -= clean + 1;                                                                                \
        }                                                                                                       \
    }
ESCAPE_BY_RUNS(1)
ESCAPE_BY_RUNS(2)

#define WIDEN(from, to)                                                                                         \
    static void widen_##from##_##to(const Py_UCS##from *at, Py_ssize_t length, Py_UCS##to *out) {               \
        for (Py_ssize_t place = 0; place < length; place++)                                                     \
            out[place] = (Py_UCS##to)at[place];                                                                 \
    }
WIDEN(1, 2)
WIDEN(1, 4)
WIDEN(2, 4)

/* Copies `length` characters of width `from` to `out`, of width `to`. */
static inline void copy_wide(const void *at, int from, Py_ssize_t length, void *out, int to) {
    if (from == to)
        copy_bytes(at, (size_t)length * (size_t)to, out);
    else if (from == 2)
        widen_2_4(at, length, out);
    else if (to == 2)
        widen_1_2(at, length, out);
    else
        widen_1_4(at, length, out);
}

static void write_text(PyObject *text, int escaped, void *out, int to) {
    const int from = (int)PyUnicode_KIND(text);
    const void *at = PyUnicode_DATA(text);
    const Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    if (!escaped)
        copy_wide(at, from, length, out, to);
    else if (from == 1 && to == 1)
        escape_1_1(at, length, out);
    else if (from == 1 && to == 2)
        escape_1_2(at, length, out);
    else if (from == 1)
        escape_1_4(at, length, out);
    else if (from == 2 && to == 2)
        escape_2_2(at, length, out);
    else if (from == 2)
        escape_2_4(at, length, out);
    else
        escape_4_4(at, length, out);
}

static PyObject *escaped_text(PyObject *text) {
    const Py_ssize_t growth = growth_of(text);
    if (growth == 0)
        return Py_NewRef(text);
    if (PyUnicode_GET_LENGTH(text) > LARGEST_LIMIT)
        return PyErr_NoMemory();
    PyObject *result = PyUnicode_New(PyUnicode_GET_LENGTH(text) + growth, PyUnicode_MAX_CHAR_VALUE(text));
    if (result != NULL)
        write_text(text, 1, PyUnicode_DATA(result), (int)PyUnicode_KIND(result));
    return result;
}

/* ---- UTF-8 ---- */

/* The bytes of a text as UTF-8; -1 for a lone surrogate (no exception set). */
static Py_ssize_t utf8_size(PyObject *text) {
    const Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    Py_ssize_t size = length;
    if (PyUnicode_IS_ASCII(text))
        return size;
    switch (PyUnicode_KIND(text)) {
    case PyUnicode_1BYTE_KIND: {
        const Py_UCS1 *at = PyUnicode_1BYTE_DATA(text);
        for (Py_ssize_t place = 0; place < length; place++)
            size += at[place] >> 7;
        return size;
    }
    case PyUnicode_2BYTE_KIND: {
        const Py_UCS2 *at = PyUnicode_2BYTE_DATA(text);
        int lone = 0;
        for (Py_ssize_t place = 0; place < length; place++) {
            size += (at[place] >= 0x80) + (at[place] >= 0x800);
            lone |= (at[place] & 0xF800) == 0xD800;
        }
        return lone ? -1 : size;
    }
    default: {
        const Py_UCS4 *at = PyUnicode_4BYTE_DATA(text);
        int lone = 0;
        for (Py_ssize_t place = 0; place < length; place++) {
            size += (at[place] >= 0x80) + (at[place] >= 0x800) + (at[place] >= 0x10000);
            lone |= (at[place] & 0xFFFFF800) == 0xD800;
        }
        return lone ? -1 : size;
    }
    }
}

/* Raises the UnicodeEncodeError of a text with a lone surrogate, as Python words it. */
static void raise_lone(PyObject *text) {
    PyObject *bytes = PyUnicode_AsUTF8String(text);
    if (bytes != NULL) {
        Py_DECREF(bytes);
        PyErr_SetString(PyExc_SystemError, "a text with a lone surrogate was encoded");
    }
}

/* Writes a text that `utf8_size` found sound. */
static void write_utf8(PyObject *text, int escaped, unsigned char *out) {
    const Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    const void *at = PyUnicode_DATA(text);
    const int kind = (int)PyUnicode_KIND(text);
    if (PyUnicode_IS_ASCII(text)) {
        write_text(text, escaped, out, 1);
        return;
    }
    for (Py_ssize_t place = 0; place < length; place++) {
        const Py_UCS4 code = PyUnicode_READ(kind, at, place);
        if (code < 0x80) {
            if (escaped && code < 64 && GROWTH[code])
                WRITE_ENTITY(out, code);
            else
                *out++ = (unsigned char)code;
        } else if (code < 0x800) {
            *out++ = (unsigned char)(0xC0 | (code >> 6));
            *out++ = (unsigned char)(0x80 | (code & 0x3F));
        } else if (code < 0x10000) {
            *out++ = (unsigned char)(0xE0 | (code >> 12));
            *out++ = (unsigned char)(0x80 | ((code >> 6) & 0x3F));
            *out++ = (unsigned char)(0x80 | (code & 0x3F));
        } else {
            *out++ = (unsigned char)(0xF0 | (code >> 18));
            *out++ = (unsigned char)(0x80 | ((code >> 12) & 0x3F));
            *out++ = (unsigned char)(0x80 | ((code >> 6) & 0x3F));
            *out++ = (unsigned char)(0x80 | (code & 0x3F));
        }
    }
}

/* ---- Values as text ---- */

/* Writes decimal digits that end before `end`; gives their first place. Two at a time: a division is what costs. */
static inline char *digits_before(unsigned long long left, char *end) {
    static const char PAIRS[] = "00010203040506070809101112131415161718192021222324252627282930313233343536373839"
                                "40414243444546474849505152535455565758596061626364656667686970717273747576777879"
                                "8081828384858687888990919293949596979899";
    while (left >= 100) {
        memcpy(end -= 2, PAIRS + left % 100 * 2, 2);
        left /= 100;
    }
    if (left >= 10)
        memcpy(end -= 2, PAIRS + left * 2, 2);
    else
        *--end = (char)('0' + left);
    return end;
}

static inline unsigned long long size_of(long long number) {
    return number < 0 ? 0ULL - (unsigned long long)number : (unsigned long long)number;
}

static inline char *int_before(long long number, char *end) {
    end = digits_before(size_of(number), end);
    if (number < 0)
        *--end = '-';
    return end;
}

static const double POWERS[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14};

/* Whether a float is a whole number, below SURE, divided by 10**places; which, if so. */
static inline int is_decimal(double number, int places, long long *whole) {
    const double shifted = number * POWERS[places];
    if (!(fabs(shifted) < SURE))
        return 0;
    *whole = (long long)(shifted + (shifted < 0 ? -0.5 : 0.5));
    return (double)*whole / POWERS[places] == number;
}

/* Writes PHP's text of a float of at most four decimals and fourteen digits, which is the decimal number that it
 * stands for; NULL for the others. */
static inline char *float_before(double number, char *end) {
    long long whole;
    const double size = fabs(number);
    if (!(size >= 1e-3 && size < 1e10)) /* not zero: it may be -0 */
        return NULL;
    /* What has fewer decimals has four that end in zeros. */
    if (!is_decimal(number, 4, &whole))
        return NULL;
    unsigned int decimals = (unsigned int)(size_of(whole) % 10000);
    if (decimals) {
        int places = 4;
        for (; decimals % 10 == 0; decimals /= 10)
            places--;
        for (; places; places--, decimals /= 10)
            *--end = (char)('0' + decimals % 10);
        *--end = '.';
    }
    end = digits_before(size_of(whole) / 10000, end);
    if (whole < 0)
        *--end = '-';
    return end;
}

static PyObject *ascii_text(const char *at, Py_ssize_t length) {
    PyObject *result = PyUnicode_New(length, 127);
    if (result != NULL && length > 0)
        memcpy(PyUnicode_1BYTE_DATA(result), at, (size_t)length);
    return result;
}

/* A value's text by the function that `configure` was given: a new reference to an exact str. */
static PyObject *asked_text(State *state, PyObject *value) {
    if (state->to_text == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "configure() has not been called");
        return NULL;
    }
    PyObject *ask = Py_NewRef(state->to_text);
    PyObject *result = PyObject_CallOneArg(ask, value);
    Py_DECREF(ask);
    if (result == NULL)
        return NULL;
    if (!PyUnicode_CheckExact(result)) {
        Py_DECREF(result);
        PyErr_SetString(PyExc_TypeError, "to_text did not give a str");
        return NULL;
    }
    if (ready(result) < 0)
        Py_CLEAR(result);
    return result;
}

static void raise_strange(PyObject *value) {
    PyErr_Format(PyExc_TypeError, "no plain value: %.100s", Py_TYPE(value)->tp_name);
}

/* Everything but str, which the callers have dealt with. */
static PyObject *scalar_text(PyObject *module, PyObject *value, int escaped) {
    if (value == Py_None || value == Py_False)
        return PyUnicode_New(0, 0);
    if (value == Py_True)
        return ascii_text("1", 1);
    char digits[DIGITS], *const end = digits + DIGITS;
    if (PyLong_CheckExact(value)) {
        int past;
        const long long number = PyLong_AsLongLongAndOverflow(value, &past);
        if (!past) {
            const char *at = int_before(number, end);
            return ascii_text(at, end - at);
        }
    } else if (PyFloat_CheckExact(value)) {
        const char *at = float_before(PyFloat_AS_DOUBLE(value), end);
        if (at != NULL)
            return ascii_text(at, end - at);
    } else {
        raise_strange(value);
        return NULL;
    }
    PyObject *shown = asked_text(PyModule_GetState(module), value);
    if (shown == NULL || !escaped)
        return shown;
    PyObject *result = escaped_text(shown);
    Py_DECREF(shown);
    return result;
}

PyDoc_STRVAR(html_doc, "html(value, /)\n--\n\nWhat {$value} prints under automatic escaping.");
static PyObject *native_html(PyObject *module, PyObject *value) {
    if (PyUnicode_CheckExact(value))
        return ready(value) < 0 ? NULL : escaped_text(value);
    return scalar_text(module, value, 1);
}

PyDoc_STRVAR(text_doc, "text(value, /)\n--\n\nWhat {$value nofilter} prints.");
static PyObject *native_text(PyObject *module, PyObject *value) {
    if (PyUnicode_CheckExact(value))
        return ready(value) < 0 ? NULL : Py_NewRef(value);
    return scalar_text(module, value, 0);
}

/* ---- number_format ---- */

/* Halves away from zero, after rounding to the fifteen digits that a float is sure of: `rounded` of
 * numbers.py, step by step. What is left is a whole number of the last places. */
static int rounded(double number, int places, long long *whole) {
    const int sure = 14 - (int)floor(log10(fabs(number)));
    double shifted;
    if (sure > places && sure - 15 < places) {
        shifted = sure >= 0 ? number * pow(10.0, sure) : number / pow(10.0, -sure);
        shifted = shifted >= 0 ? floor(shifted + 0.5) : ceil(shifted - 0.5);
        shifted /= pow(10.0, abs(places - sure));
    } else {
        shifted = number * POWERS[places];
    }
    if (!(fabs(shifted) < SURE))
        return 0;
    *whole = (long long)(shifted >= 0 ? floor(shifted + 0.5) : ceil(shifted - 0.5));
    return 1;
}

/* The number as it is shown, without its point; 0 when numbers.py has to say.
 *
 * Far from a half every way to round gives the same: below FAR fifteen digits and the error of the product move
 * nothing by more than a ten thousandth. Otherwise a float that has no more decimals than are shown is not
 * rounded. Dividing a whole number below SURE by a power of ten gives a float that is written with the digits of
 * that number, so all roads can end here. */
static inline int shown_digits(PyObject *value, int places, long long *whole) {
    if (PyFloat_CheckExact(value)) {
        const double number = PyFloat_AS_DOUBLE(value);
        const double size = fabs(number);
        const double shifted = size * POWERS[places];
        if (shifted >= 1.0 && shifted < FAR) {
            const long long below = (long long)shifted;
            const double part = shifted - (double)below;
            if (part < 0.4999 || part > 0.5001) {
                *whole = below + (part > 0.5);
                if (number < 0)
                    *whole = -*whole;
                return 1;
            }
        }
        if (size == 0.0) {
            *whole = 0;
            return 1;
        }
        if (!(size >= 1e-6 && shifted < SURE / 2)) /* NaN fails here too */
            return 0;
        /* A smaller one is written with an exponent, and numbers.py rounds it. */
        if (size >= 1e-4 && is_decimal(number, places, whole))
            return 1;
        return rounded(number, places, whole);
    }
    if (!PyLong_CheckExact(value))
        return 0;
    int past;
    const long long number = PyLong_AsLongLongAndOverflow(value, &past);
    const long long bound = (long long)SURE;
    if (past || number <= -bound || number >= bound)
        return 0;
    *whole = number; /* its decimals are zeros, which the writer adds */
    return 1;
}

/* A separator that is short, plain and free of NUL, which numbers.py uses in its own way. */
static int short_separator(PyObject *text) {
    if (!PyUnicode_CheckExact(text) || ready(text) < 0 || PyUnicode_GET_LENGTH(text) > SEPARATOR)
        return 0;
    for (Py_ssize_t place = 0; place < PyUnicode_GET_LENGTH(text); place++)
        if (PyUnicode_READ_CHAR(text, place) == 0)
            return 0;
    return 1;
}

/* Writes a number with its separators so that it ends before `end`; gives its first place. */
#define GROUP(type, width)                                                                                      \
    static inline type *group_##width(long long whole, int whole_is_int, int places, PyObject *point,           \
                                      PyObject *thousands, type *end) {                                         \
        unsigned long long left = size_of(whole);                                                               \
        if (places) {                                                                                           \
            for (int place = 0; place < places; place++) {                                                      \
                *--end = whole_is_int ? '0' : (type)('0' + left % 10);                                          \
                left /= whole_is_int ? 1 : 10;                                                                  \
            }                                                                                                   \
            end = put_##width(point, end);                                                                      \
        }                                                                                                       \
        for (; left >= 1000; left /= 1000) {                                                                    \
            const unsigned int three = (unsigned int)(left % 1000);                                             \
            *--end = (type)('0' + three % 10);                                                                  \
            *--end = (type)('0' + three / 10 % 10);                                                             \
            *--end = (type)('0' + three / 100);                                                                 \
            end = put_##width(thousands, end);                                                                  \
        }                                                                                                       \
        unsigned int rest = (unsigned int)left;                                                                 \
        do {                                                                                                    \
            *--end = (type)('0' + rest % 10);                                                                   \
            rest /= 10;                                                                                         \
        } while (rest);                                                                                         \
        if (whole < 0)                                                                                          \
            *--end = '-';                                                                                       \
        return end;                                                                                             \
    }

/* Writes a separator so that it ends before `end`; gives its first place. */
static inline char *put_1(PyObject *text, char *end) {
    for (Py_ssize_t from = PyUnicode_GET_LENGTH(text); from > 0;)
        *--end = (char)PyUnicode_1BYTE_DATA(text)[--from];
    return end;
}
static inline Py_UCS4 *put_4(PyObject *text, Py_UCS4 *end) {
    for (Py_ssize_t from = PyUnicode_GET_LENGTH(text); from > 0;)
        *--end = PyUnicode_READ_CHAR(text, --from);
    return end;
}
GROUP(char, 1)
GROUP(Py_UCS4, 4)

static PyObject *grouped(long long whole, int whole_is_int, int places, PyObject *point, PyObject *thousands) {
    if (PyUnicode_IS_ASCII(point) && PyUnicode_IS_ASCII(thousands)) {
        char written[GROUPED], *end = written + GROUPED;
        const char *at = group_1(whole, whole_is_int, places, point, thousands, end);
        return ascii_text(at, end - at);
    }
    Py_UCS4 written[GROUPED], *end = written + GROUPED;
    const Py_UCS4 *at = group_4(whole, whole_is_int, places, point, thousands, end);
    return PyUnicode_FromKindAndData(PyUnicode_4BYTE_KIND, at, end - at);
}

/* What the function that `configure` was given says: a new reference. */
static PyObject *asked_number(State *state, PyObject *const *args) {
    if (state->number_format == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "configure() has not been called");
        return NULL;
    }
    PyObject *ask = Py_NewRef(state->number_format);
    PyObject *result = PyObject_Vectorcall(ask, args, 4, NULL);
    Py_DECREF(ask);
    return result;
}

PyDoc_STRVAR(number_format_doc, "number_format(value, decimals, point, thousands, /)\n--\n\n"
                                "The modifier of that name, for plain numbers in C.");
static PyObject *native_number_format(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    if (count != 4) {
        PyErr_Format(PyExc_TypeError, "number_format takes 4 arguments, not %zd", count);
        return NULL;
    }
    if (PyLong_CheckExact(args[1]) && short_separator(args[2]) && short_separator(args[3])) {
        int past;
        const long places = PyLong_AsLongAndOverflow(args[1], &past);
        long long whole;
        if (!past && places >= 0 && places < 15 && shown_digits(args[0], (int)places, &whole))
            return grouped(whole, PyLong_CheckExact(args[0]), (int)places, args[2], args[3]);
    }
    if (PyErr_Occurred())
        return NULL;
    return asked_number(PyModule_GetState(module), args);
}

/* ---- Filler ---- */

typedef struct {
    const void *at;    /* into the filler's store: characters of the filler's width, or UTF-8 */
    Py_ssize_t length; /* characters, or bytes */
} Text;

typedef struct {
    PyObject **keys; /* into the filler's keys */
    Py_ssize_t count;
    char kind;                   /* as in the filler's kinds */
    char other;                  /* for `over`: the value is one of the others */
    char by_hand;                /* of a number: the separators are short */
    char kept;                   /* of a number: it is ASCII and fits SHORT */
    int places;                  /* of a number */
    PyObject *point, *thousands; /* of a number: held, exact strings; else NULL */
} Slot;

typedef struct {
    PyObject_HEAD
    vectorcallfunc vectorcall;
    Py_ssize_t count; /* of values */
    Py_ssize_t limit;
    Py_ssize_t characters; /* of all texts */
    Py_ssize_t bytes;      /* of all texts as UTF-8, when it encodes */
    Py_UCS4 widest;
    int kind; /* width of the characters in the store */
    int encode;
    int by_items; /* it was made for items, so that it knows `other` of its slots */
    Py_ssize_t others;
    Text *texts;
    Slot *slots;
    PyObject **keys; /* of all slots, exact interned strings */
    Py_ssize_t key_count;
    char *store;
} Filler;

typedef struct {
    const char *at;        /* characters of `text`, or digits at the end of `digits` */
    PyObject *text;        /* held; NULL for digits */
    Py_ssize_t characters; /* that are written */
    Py_ssize_t size;       /* of them: characters, or bytes when encoding */
    enum { COPY, ESCAPED, UTF8, UTF8_ESCAPED } way;
    char digits[SHORT];
} Shown;

/* What values come to, with the texts around them. */
typedef struct {
    Py_ssize_t characters;
    Py_ssize_t size; /* as in Shown */
    Py_UCS4 widest;
} Sum;

static int too_long(void) {
    PyErr_SetString(PyExc_OverflowError, "the text is longer than the limit");
    return -1;
}

/* The value that is shown: follows the keys from `value`, which the caller holds. A new reference. */
static inline PyObject *looked_up(const Slot *slot, PyObject *value) {
    PyObject *held = NULL;
    for (Py_ssize_t step = 0; step < slot->count; step++) {
        PyObject *found;
        if (!PyDict_CheckExact(value)) {
            PyErr_Format(PyExc_TypeError, "no dict: %.100s", Py_TYPE(value)->tp_name);
            Py_XDECREF(held);
            return NULL;
        }
#if PY_VERSION_HEX >= 0x030D0000
        (void)PyDict_GetItemRef(value, slot->keys[step], &found);
#else
        found = PyDict_GetItemWithError(value, slot->keys[step]);
        Py_XINCREF(found);
#endif
        Py_XDECREF(held);
        if (found == NULL) {
            if (!PyErr_Occurred())
                PyErr_SetObject(PyExc_KeyError, slot->keys[step]);
            return NULL;
        }
        value = held = found;
    }
    return held != NULL ? held : Py_NewRef(value);
}

/* Shows a value that is no str: `at` is where its digits begin, or `text` is set. */
static inline int show_plain(const Filler *self, PyObject *value, Shown *shown) {
    char *const end = shown->digits + SHORT;
    if (PyLong_CheckExact(value)) {
        int past;
        const long long number = PyLong_AsLongLongAndOverflow(value, &past);
        if (!past) {
            shown->at = int_before(number, end);
            return 0;
        }
    } else if (PyFloat_CheckExact(value)) {
        shown->at = float_before(PyFloat_AS_DOUBLE(value), end);
        if (shown->at != NULL)
            return 0;
    } else if (value == Py_None || value == Py_False) {
        shown->at = end;
        return 0;
    } else if (value == Py_True) {
        shown->at = int_before(1, end);
        return 0;
    } else {
        raise_strange(value);
        return -1;
    }
    shown->text = asked_text(PyType_GetModuleState(Py_TYPE(self)), value);
    return shown->text == NULL ? -1 : 0;
}

static int show_number(const Filler *self, const Slot *slot, PyObject *value, Shown *shown) {
    long long whole;
    if (!PyFloat_CheckExact(value) && !PyLong_CheckExact(value)) {
        PyErr_Format(PyExc_TypeError, "no number: %.100s", Py_TYPE(value)->tp_name);
        return -1;
    }
    if (slot->by_hand && shown_digits(value, slot->places, &whole)) {
        const int is_int = PyLong_CheckExact(value);
        if (!slot->kept) {
            shown->text = grouped(whole, is_int, slot->places, slot->point, slot->thousands);
            return shown->text == NULL ? -1 : 0;
        }
        shown->at = group_1(whole, is_int, slot->places, slot->point, slot->thousands, shown->digits + SHORT);
        return 0;
    }
    PyObject *args[4] = {value, PyLong_FromLong(slot->places), slot->point, slot->thousands};
    if (args[1] == NULL)
        return -1;
    shown->text = asked_number(PyType_GetModuleState(Py_TYPE(self)), args);
    Py_DECREF(args[1]);
    if (shown->text != NULL && !PyUnicode_CheckExact(shown->text)) {
        PyErr_SetString(PyExc_TypeError, "number_format did not give a str");
        return -1;
    }
    return shown->text == NULL ? -1 : ready(shown->text);
}

/* Looks one value up, measures it and adds it to the sum; on success `shown` owns its text. */
static inline int measure(const Filler *self, const Slot *slot, PyObject *value, Shown *shown, Sum *sum) {
    value = looked_up(slot, value);
    if (value == NULL)
        return -1;
    const Py_ssize_t left = self->limit - sum->characters; /* which has not passed the limit so far */
    PyObject *text = value;
    shown->way = COPY;
    if (slot->kind == 'n' || !PyUnicode_CheckExact(value)) {
        shown->text = NULL;
        const int failed = slot->kind == 'n' ? show_number(self, slot, value, shown) : show_plain(self, value, shown);
        Py_DECREF(value);
        text = shown->text;
        if (failed)
            goto failed;
        if (text == NULL) {
            shown->characters = shown->size = shown->digits + SHORT - shown->at;
            if (shown->size > left)
                goto overflow;
            sum->characters += shown->size;
            sum->size += shown->size;
            return 0;
        }
    } else if (ready(value) < 0) {
        goto failed;
    }
    Py_ssize_t growth = 0, length = PyUnicode_GET_LENGTH(text);
    if (length > left)
        goto overflow;
    if (slot->kind == 'h' && (growth = growth_of(text)) > 0) {
        shown->way = ESCAPED;
        length += growth;
        if (length > left)
            goto overflow;
    }
    shown->at = PyUnicode_DATA(text);
    shown->text = text;
    shown->characters = shown->size = length;
    if (!self->encode) {
        /* The values are of the form 2**n - 1: their union is the greatest. */
        sum->widest |= PyUnicode_MAX_CHAR_VALUE(text);
    } else if (!PyUnicode_IS_ASCII(text)) {
        const Py_ssize_t size = utf8_size(text);
        if (size < 0) {
            raise_lone(text);
            goto failed;
        }
        shown->way = growth ? UTF8_ESCAPED : UTF8;
        shown->size = size + growth;
    }
    sum->characters += length;
    sum->size += shown->size;
    return 0;
overflow:
    too_long();
failed:
    Py_XDECREF(text);
    return -1;
}

/* Writes one filling, of what is `shown` in turn and, for the other slots, of `others` in turn (NULL: there are no
 * such). Gives the place after it. This is for bytes, and for texts of characters of one byte. */
static inline char *write_narrow(const Filler *self, const Shown *shown, const Shown *others, char *out) {
    const Text *text = self->texts;
    const Slot *slot = self->slots, *const end = slot + self->count;
    for (;; slot++) {
        copy_bytes(text->at, (size_t)text->length, out);
        out += text++->length;
        if (slot == end)
            return out;
        const Shown *one = others != NULL && slot->other ? others++ : shown++;
        if (one->way == COPY)
            copy_bytes(one->at, (size_t)one->size, out);
        else if (one->way == ESCAPED)
            escape_1_1((const Py_UCS1 *)one->at, PyUnicode_GET_LENGTH(one->text), (Py_UCS1 *)out);
        else
            write_utf8(one->text, one->way == UTF8_ESCAPED, (unsigned char *)out);
        out += one->size;
    }
}

/* The same for texts of wider characters. */
static char *write_wide(const Filler *self, const Shown *shown, const Shown *others, char *out, int kind) {
    for (Py_ssize_t index = 0;; index++) {
        const Text *text = &self->texts[index];
        copy_wide(text->at, self->kind, text->length, out, kind);
        out += text->length * kind;
        if (index == self->count)
            return out;
        const Shown *one = others != NULL && self->slots[index].other ? others++ : shown++;
        if (one->text == NULL)
            copy_wide(one->at, 1, one->size, out, kind);
        else
            write_text(one->text, one->way == ESCAPED, out, kind);
        out += one->size * kind;
    }
}

static inline char *data_of(const Filler *self, PyObject *whole) {
    return self->encode ? PyBytes_AS_STRING(whole) : (char *)PyUnicode_DATA(whole);
}

/* A text or bytes to be written. */
static inline PyObject *new_whole(const Filler *self, Py_ssize_t size, Py_UCS4 widest) {
    return self->encode ? PyBytes_FromStringAndSize(NULL, size) : PyUnicode_New(size, widest);
}

static inline void let_go(Shown *shown, Py_ssize_t count) {
    while (count > 0)
        Py_XDECREF(shown[--count].text);
}

static PyObject *Filler_fill(PyObject *object, PyObject *const *args, size_t flags, PyObject *names) {
    const Filler *self = (Filler *)object;
    const Py_ssize_t count = PyVectorcall_NARGS(flags);
    if (names != NULL && PyTuple_GET_SIZE(names) > 0) {
        PyErr_SetString(PyExc_TypeError, "a filler takes no keywords");
        return NULL;
    }
    if (count != self->count) {
        PyErr_Format(PyExc_TypeError, "the filler takes %zd values, not %zd", self->count, count);
        return NULL;
    }
    if (self->characters > self->limit) {
        too_long();
        return NULL;
    }
    Shown on_stack[ON_STACK];
    Shown *shown = on_stack;
    if (count > ON_STACK && (shown = PyMem_New(Shown, (size_t)count)) == NULL)
        return PyErr_NoMemory();
    PyObject *result = NULL;
    Sum sum = {self->characters, self->encode ? self->bytes : self->characters, self->widest};
    Py_ssize_t done = 0;
    for (; done < count; done++)
        if (measure(self, &self->slots[done], args[done], &shown[done], &sum) < 0)
            break;
    if (done == count && (result = new_whole(self, sum.size, sum.widest)) != NULL && sum.size > 0) {
        if (self->encode || sum.widest < 0x100)
            write_narrow(self, shown, NULL, data_of(self, result));
        else
            write_wide(self, shown, NULL, PyUnicode_DATA(result), (int)PyUnicode_KIND(result));
    }
    let_go(shown, done);
    if (shown != on_stack)
        PyMem_Free(shown);
    return result;
}

/* ---- Filling for every item of a list ---- */

/* A text or bytes that grow. */
typedef struct {
    PyObject *whole; /* NULL before anything is written */
    Py_ssize_t used;
    Py_ssize_t room;
    Py_UCS4 widest; /* that `whole` has place for */
} Grown;

static int make_room(const Filler *self, Grown *grown, Py_ssize_t room, Py_UCS4 widest) {
    if (grown->whole == NULL) {
        grown->whole = new_whole(self, room, widest);
        grown->widest = widest;
    } else if (!self->encode && (widest | grown->widest) != grown->widest) {
        PyObject *wider = PyUnicode_New(room, widest | grown->widest);
        if (wider == NULL)
            return -1;
        copy_wide(PyUnicode_DATA(grown->whole), (int)PyUnicode_KIND(grown->whole), grown->used, PyUnicode_DATA(wider),
                  (int)PyUnicode_KIND(wider));
        grown->widest |= widest;
        Py_SETREF(grown->whole, wider);
    } else if (room != grown->room) {
        if (self->encode)
            (void)_PyBytes_Resize(&grown->whole, room); /* makes it NULL when it fails */
        else if (PyUnicode_Resize(&grown->whole, room) < 0)
            return -1;
    }
    grown->room = room;
    return grown->whole == NULL ? -1 : 0;
}

/* Room for a whole of which some items have been measured: what they come to, and as much for each that is left.
 * When that has not been enough before, it is half more at least, so that all copying together stays small. */
static Py_ssize_t guess(const Filler *self, const Grown *grown, Py_ssize_t size, Py_ssize_t items, Py_ssize_t left) {
    const Py_ssize_t most = self->encode ? self->limit * 4 : self->limit;
    double more = (double)size / (double)items * (double)left * 1.1;
    if (grown->whole != NULL && more < (double)size / 2)
        more = (double)size / 2;
    return more < (double)(most - size) ? size + (Py_ssize_t)more : most;
}

/* Measures one item into `shown`, and on the `first` the other values into `others`; `*made` and `*known` count
 * them. Adds to the sum. */
static inline int measure_item(const Filler *self, PyObject *item, PyObject *const *args, int first, Shown *shown,
                               Py_ssize_t *made, Shown *others, Py_ssize_t *known, Sum *sum) {
    Sum own = {self->characters, self->encode ? self->bytes : self->characters, self->widest};
    if (own.characters > self->limit)
        return too_long();
    Py_ssize_t other = 0;
    for (Py_ssize_t index = 0; index < self->count; index++) {
        const Slot *slot = &self->slots[index];
        if (!slot->other) {
            if (measure(self, slot, item, &shown[*made], &own) < 0)
                return -1;
            ++*made;
        } else if (first) {
            if (measure(self, slot, args[other], &others[other], &own) < 0)
                return -1;
            *known = ++other;
        } else {
            if (others[other].characters > self->limit - own.characters)
                return too_long();
            own.characters += others[other].characters;
            own.size += others[other++].size;
        }
    }
    if (own.characters > self->limit - sum->characters)
        return too_long();
    sum->characters += own.characters;
    sum->size += own.size;
    sum->widest |= own.widest;
    return 0;
}

/* Items are measured in blocks, whose values are held, and then written: what is measured stays small. */
static PyObject *over_items(const Filler *self, PyObject *items, PyObject *const *args, Shown *others, Shown *shown,
                            Py_ssize_t block) {
    Grown grown = {NULL, 0, 0, 0};
    Sum sum = {0, 0, 127};
    Py_ssize_t known = 0, made = 0;
    int failed = 0;
    /* Python code may change the list: its size is asked for each item. */
    for (Py_ssize_t index = 0; !failed && index < PyList_GET_SIZE(items);) {
        const Py_ssize_t begin = index;
        for (; !failed && index < PyList_GET_SIZE(items) && index - begin < block; index++) {
            PyObject *item = Py_NewRef(PyList_GET_ITEM(items, index));
            failed = measure_item(self, item, args, index == 0, shown, &made, others, &known, &sum);
            Py_DECREF(item);
        }
        if (!failed && sum.size > grown.used) {
            const Py_ssize_t left = PyList_GET_SIZE(items) - index;
            if (sum.size > grown.room || (sum.widest | grown.widest) != grown.widest) {
                const Py_ssize_t room = left > 0 ? guess(self, &grown, sum.size, index, left) : sum.size;
                failed = make_room(self, &grown, room, sum.widest);
            }
            if (!failed) {
                const int kind = self->encode ? 1 : (int)PyUnicode_KIND(grown.whole);
                char *out = data_of(self, grown.whole) + grown.used * kind;
                const Py_ssize_t each = self->count - self->others;
                for (Py_ssize_t at = 0; at < index - begin; at++)
                    out = kind == 1 ? write_narrow(self, shown + at * each, others, out)
                                    : write_wide(self, shown + at * each, others, out, kind);
                grown.used = sum.size;
            }
        }
        let_go(shown, made);
        made = 0;
    }
    let_go(others, known);
    if (!failed && grown.used == 0)
        return new_whole(self, 0, 0);
    if (failed || make_room(self, &grown, grown.used, grown.widest) < 0)
        Py_CLEAR(grown.whole);
    return grown.whole;
}

PyDoc_STRVAR(over_doc, "over(items, /, *others)\n--\n\nThe fillings for each item of a list, as one.");
static PyObject *Filler_over(PyObject *object, PyObject *const *args, Py_ssize_t count) {
    const Filler *self = (Filler *)object;
    if (count < 1 || !PyList_CheckExact(args[0])) {
        PyErr_SetString(PyExc_TypeError, "over takes a list");
        return NULL;
    }
    if (!self->by_items && self->count > 0) {
        PyErr_SetString(PyExc_TypeError, "the filler was made without items");
        return NULL;
    }
    if (count - 1 != self->others) {
        PyErr_Format(PyExc_TypeError, "the filler takes %zd others, not %zd", self->others, count - 1);
        return NULL;
    }
    /* The others come first; then there is place for the values of some items, or of one. */
    const Py_ssize_t each = self->count - self->others;
    Shown on_stack[ON_STACK];
    Shown *shown = on_stack;
    Py_ssize_t block = each > 0 ? (ON_STACK - self->others) / each : ON_STACK;
    if (self->others > ON_STACK || block < 1) {
        block = 1;
        if ((shown = PyMem_New(Shown, (size_t)self->count)) == NULL)
            return PyErr_NoMemory();
    }
    PyObject *result = over_items(self, args[0], args + 1, shown, shown + self->others, block);
    if (shown != on_stack)
        PyMem_Free(shown);
    return result;
}

/* Fills the store with the texts. */
static int store_texts(Filler *self, PyObject *texts) {
    const Py_ssize_t count = self->count + 1;
    size_t room = 0;
    self->widest = 127;
    for (Py_ssize_t index = 0; index < count; index++) {
        PyObject *text = PyTuple_GET_ITEM(texts, index);
        if (!PyUnicode_CheckExact(text)) {
            PyErr_SetString(PyExc_TypeError, "texts must be str");
            return -1;
        }
        if (ready(text) < 0)
            return -1;
        const Py_ssize_t length = PyUnicode_GET_LENGTH(text);
        if (length > LARGEST_LIMIT - self->characters)
            return too_long();
        self->characters += length;
        self->widest |= PyUnicode_MAX_CHAR_VALUE(text);
        if (self->encode) {
            const Py_ssize_t size = utf8_size(text);
            if (size < 0) {
                raise_lone(text);
                return -1;
            }
            self->bytes += size;
        }
    }
    self->kind = self->widest < 0x100 ? 1 : self->widest < 0x10000 ? 2 : 4;
    room = self->encode ? (size_t)self->bytes : (size_t)self->characters * (size_t)self->kind;
    /* Never empty, so that every text has a place. */
    self->store = PyMem_Malloc(room + 1);
    self->texts = PyMem_New(Text, (size_t)count);
    if (self->store == NULL || self->texts == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    char *out = self->store;
    for (Py_ssize_t index = 0; index < count; index++) {
        PyObject *text = PyTuple_GET_ITEM(texts, index);
        self->texts[index].at = out;
        if (self->encode) {
            self->texts[index].length = utf8_size(text);
            write_utf8(text, 0, (unsigned char *)out);
            out += self->texts[index].length;
        } else {
            self->texts[index].length = PyUnicode_GET_LENGTH(text);
            write_text(text, 0, out, self->kind);
            out += self->texts[index].length * self->kind;
        }
    }
    return 0;
}

static int check_slots(const Filler *self, PyObject *kinds, PyObject *keys, PyObject *items, PyObject *formats) {
    Py_ssize_t numbers = 0;
    for (Py_ssize_t index = 0; index < self->count; index++) {
        const Py_UCS4 kind = PyUnicode_READ_CHAR(kinds, index);
        if (kind != 'h' && kind != 't' && kind != 'n') {
            PyErr_SetString(PyExc_ValueError, "a kind must be h, t or n");
            return -1;
        }
        numbers += kind == 'n';
    }
    if (PyUnicode_GET_LENGTH(items) != 0 && PyUnicode_GET_LENGTH(items) != self->count) {
        PyErr_SetString(PyExc_ValueError, "there must be no items or as many as kinds");
        return -1;
    }
    for (Py_ssize_t index = 0; index < PyUnicode_GET_LENGTH(items); index++)
        if (PyUnicode_READ_CHAR(items, index) != 'i' && PyUnicode_READ_CHAR(items, index) != 'o') {
            PyErr_SetString(PyExc_ValueError, "items must be of i and o");
            return -1;
        }
    if (PyTuple_GET_SIZE(formats) != numbers) {
        PyErr_SetString(PyExc_ValueError, "there must be a format for each n");
        return -1;
    }
    for (Py_ssize_t index = 0; index < self->count; index++) {
        PyObject *path = PyTuple_GET_ITEM(keys, index);
        int wrong = !PyTuple_CheckExact(path);
        for (Py_ssize_t step = 0; !wrong && step < PyTuple_GET_SIZE(path); step++)
            wrong = !PyUnicode_CheckExact(PyTuple_GET_ITEM(path, step));
        if (wrong) {
            PyErr_SetString(PyExc_TypeError, "keys must be tuples of str");
            return -1;
        }
    }
    for (Py_ssize_t index = 0; index < numbers; index++) {
        PyObject *format = PyTuple_GET_ITEM(formats, index);
        if (!PyTuple_CheckExact(format) || PyTuple_GET_SIZE(format) != 3 ||
            !PyLong_CheckExact(PyTuple_GET_ITEM(format, 0)) || !PyUnicode_CheckExact(PyTuple_GET_ITEM(format, 1)) ||
            !PyUnicode_CheckExact(PyTuple_GET_ITEM(format, 2))) {
            PyErr_SetString(PyExc_TypeError, "formats must be tuples of int, str, str");
            return -1;
        }
        int past;
        const long places = PyLong_AsLongAndOverflow(PyTuple_GET_ITEM(format, 0), &past);
        if (past || places < 0 || places > 14) {
            PyErr_SetString(PyExc_ValueError, "a format must have 0 to 14 decimals");
            return -1;
        }
    }
    return 0;
}

static void store_format(Slot *slot, PyObject *format) {
    slot->places = (int)PyLong_AsLong(PyTuple_GET_ITEM(format, 0));
    slot->point = Py_NewRef(PyTuple_GET_ITEM(format, 1));
    slot->thousands = Py_NewRef(PyTuple_GET_ITEM(format, 2));
    slot->by_hand = short_separator(slot->point) && short_separator(slot->thousands);
    /* The most there is: a sign, fifteen digits, the decimals of an int, and five separators. */
    slot->kept = slot->by_hand && PyUnicode_IS_ASCII(slot->point) && PyUnicode_IS_ASCII(slot->thousands) &&
                 1 + 15 + slot->places + 4 * PyUnicode_GET_LENGTH(slot->thousands) +
                         PyUnicode_GET_LENGTH(slot->point) <= SHORT;
}

static int store_slots(Filler *self, PyObject *kinds, PyObject *keys, PyObject *items, PyObject *formats) {
    if (check_slots(self, kinds, keys, items, formats) < 0)
        return -1;
    Py_ssize_t total = 0, numbers = 0;
    for (Py_ssize_t index = 0; index < self->count; index++)
        total += PyTuple_GET_SIZE(PyTuple_GET_ITEM(keys, index));
    self->slots = PyMem_Calloc((size_t)self->count + 1, sizeof(Slot));
    self->keys = PyMem_New(PyObject *, (size_t)total + 1);
    if (self->slots == NULL || self->keys == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    self->by_items = PyUnicode_GET_LENGTH(items) > 0;
    for (Py_ssize_t index = 0; index < self->count; index++) {
        PyObject *path = PyTuple_GET_ITEM(keys, index);
        Slot *slot = &self->slots[index];
        slot->keys = self->keys + self->key_count;
        slot->count = PyTuple_GET_SIZE(path);
        slot->kind = (char)PyUnicode_READ_CHAR(kinds, index);
        slot->other = self->by_items && PyUnicode_READ_CHAR(items, index) == 'o';
        self->others += slot->other;
        if (slot->kind == 'n')
            store_format(slot, PyTuple_GET_ITEM(formats, numbers++));
        for (Py_ssize_t step = 0; step < PyTuple_GET_SIZE(path); step++) {
            PyObject **key = &self->keys[self->key_count++];
            *key = Py_NewRef(PyTuple_GET_ITEM(path, step));
            PyUnicode_InternInPlace(key);
            if (PyObject_Hash(*key) == -1)
                return -1;
        }
    }
    return 0;
}

static PyObject *Filler_new(PyTypeObject *type, PyObject *args, PyObject *named) {
    static char *names[] = {"texts", "kinds", "keys", "encode", "limit", "items", "formats", NULL};
    PyObject *texts, *kinds, *keys, *items = NULL, *formats = NULL;
    int encode = 0;
    Py_ssize_t limit = PLAIN_LIMIT;
    if (!PyArg_ParseTupleAndKeywords(args, named, "O!O!O!|$pnUO!:Filler", names, &PyTuple_Type, &texts,
                                     &PyUnicode_Type, &kinds, &PyTuple_Type, &keys, &encode, &limit, &items,
                                     &PyTuple_Type, &formats))
        return NULL;
    if (ready(kinds) < 0 || (items != NULL && ready(items) < 0))
        return NULL;
    const Py_ssize_t count = PyUnicode_GET_LENGTH(kinds);
    if (PyTuple_GET_SIZE(texts) != count + 1 || PyTuple_GET_SIZE(keys) != count) {
        PyErr_SetString(PyExc_ValueError, "there must be as many keys as kinds, and one text more");
        return NULL;
    }
    if (limit < 0 || limit > LARGEST_LIMIT) {
        PyErr_SetString(PyExc_ValueError, "the limit is negative or too great");
        return NULL;
    }
    Filler *self = (Filler *)type->tp_alloc(type, 0); /* all zeros */
    if (self == NULL)
        return NULL;
    self->vectorcall = Filler_fill;
    self->count = count;
    self->limit = limit;
    self->encode = encode;
    items = items != NULL ? Py_NewRef(items) : PyUnicode_New(0, 0);
    formats = formats != NULL ? Py_NewRef(formats) : PyTuple_New(0);
    if (items == NULL || formats == NULL || store_texts(self, texts) < 0 ||
        store_slots(self, kinds, keys, items, formats) < 0)
        Py_CLEAR(self);
    Py_XDECREF(items);
    Py_XDECREF(formats);
    return (PyObject *)self;
}

static int Filler_traverse(PyObject *object, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(object)); /* the rest are strings, which hold nothing */
    return 0;
}

static void Filler_dealloc(PyObject *object) {
    Filler *self = (Filler *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    for (Py_ssize_t index = 0; index < self->key_count; index++)
        Py_DECREF(self->keys[index]);
    for (Py_ssize_t index = 0; self->slots != NULL && index < self->count; index++) {
        Py_XDECREF(self->slots[index].point);
        Py_XDECREF(self->slots[index].thousands);
    }
    PyMem_Free(self->keys);
    PyMem_Free(self->slots);
    PyMem_Free(self->texts);
    PyMem_Free(self->store);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyMethodDef Filler_methods[] = {
    {"over", (PyCFunction)(void (*)(void))Filler_over, METH_FASTCALL, over_doc},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef Filler_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(Filler, vectorcall), READONLY, NULL},
    {"limit", T_PYSSIZET, offsetof(Filler, limit), READONLY, "How many characters a value and the whole may have."},
    {NULL, 0, 0, 0, NULL},
};

PyDoc_STRVAR(Filler_doc, "Filler(texts, kinds, keys, *, encode=False, limit=1000000, items='', formats=())\n--\n\n"
                         "Texts with values between them; see dovetail.engine.native.");
static PyType_Slot Filler_slots[] = {
    {Py_tp_doc, (void *)Filler_doc},
    {Py_tp_new, Filler_new},
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_traverse, Filler_traverse},
    {Py_tp_dealloc, Filler_dealloc},
    {Py_tp_methods, Filler_methods},
    {Py_tp_members, Filler_members},
    {0, NULL},
};

static PyType_Spec Filler_spec = {
    .name = "dovetail.engine._native.Filler",
    .basicsize = sizeof(Filler),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_IMMUTABLETYPE,
    .slots = Filler_slots,
};

/* ---- join ---- */

static PyObject *joined_str(PyObject *pieces, Py_ssize_t limit) {
    const Py_ssize_t count = PyList_GET_SIZE(pieces);
    Py_ssize_t total = 0;
    Py_UCS4 widest = 127;
    for (Py_ssize_t index = 0; index < count; index++) {
        PyObject *piece = PyList_GET_ITEM(pieces, index);
        if (!PyUnicode_Check(piece)) {
            raise_strange(piece);
            return NULL;
        }
        if (ready(piece) < 0)
            return NULL;
        if (PyUnicode_GET_LENGTH(piece) > limit - total) {
            too_long();
            return NULL;
        }
        total += PyUnicode_GET_LENGTH(piece);
        widest |= PyUnicode_MAX_CHAR_VALUE(piece);
    }
    if (count == 1 && PyUnicode_CheckExact(PyList_GET_ITEM(pieces, 0)))
        return Py_NewRef(PyList_GET_ITEM(pieces, 0));
    PyObject *result = PyUnicode_New(total, widest);
    if (result == NULL || total == 0)
        return result;
    const int kind = (int)PyUnicode_KIND(result);
    char *out = PyUnicode_DATA(result);
    for (Py_ssize_t index = 0; index < count; index++) {
        PyObject *piece = PyList_GET_ITEM(pieces, index);
        copy_wide(PyUnicode_DATA(piece), (int)PyUnicode_KIND(piece), PyUnicode_GET_LENGTH(piece), out, kind);
        out += PyUnicode_GET_LENGTH(piece) * kind;
    }
    return result;
}

static PyObject *joined_bytes(PyObject *pieces, Py_ssize_t limit) {
    const Py_ssize_t count = PyList_GET_SIZE(pieces);
    Py_ssize_t total = 0;
    for (Py_ssize_t index = 0; index < count; index++) {
        PyObject *piece = PyList_GET_ITEM(pieces, index);
        if (!PyBytes_Check(piece)) {
            raise_strange(piece);
            return NULL;
        }
        if (PyBytes_GET_SIZE(piece) > limit - total) {
            too_long();
            return NULL;
        }
        total += PyBytes_GET_SIZE(piece);
    }
    if (count == 1 && PyBytes_CheckExact(PyList_GET_ITEM(pieces, 0)))
        return Py_NewRef(PyList_GET_ITEM(pieces, 0));
    PyObject *result = PyBytes_FromStringAndSize(NULL, total);
    if (result == NULL || total == 0)
        return result;
    char *out = PyBytes_AS_STRING(result);
    for (Py_ssize_t index = 0; index < count; index++) {
        PyObject *piece = PyList_GET_ITEM(pieces, index);
        copy_bytes(PyBytes_AS_STRING(piece), (size_t)PyBytes_GET_SIZE(piece), out);
        out += PyBytes_GET_SIZE(piece);
    }
    return result;
}

PyDoc_STRVAR(join_doc, "join(pieces, limit, /)\n--\n\nThe pieces as one text, which may not be longer than the limit.");
static PyObject *native_join(PyObject *Py_UNUSED(module), PyObject *const *args, Py_ssize_t count) {
    if (count != 2 || !PyList_Check(args[0]) || !PyLong_CheckExact(args[1])) {
        PyErr_SetString(PyExc_TypeError, "join takes a list and a limit");
        return NULL;
    }
    const Py_ssize_t limit = PyLong_AsSsize_t(args[1]);
    if (limit == -1 && PyErr_Occurred())
        return NULL;
    if (limit < 0) {
        too_long();
        return NULL;
    }
    /* No Python code runs from here on, so the list stays as it is. */
    if (PyList_GET_SIZE(args[0]) > 0 && PyBytes_CheckExact(PyList_GET_ITEM(args[0], 0)))
        return joined_bytes(args[0], limit);
    return joined_str(args[0], limit);
}

/* ---- The module ---- */

PyDoc_STRVAR(configure_doc, "configure(to_text, number_format, /)\n--\n\n"
                            "The Python functions for what is not plain: PHP's text of a value, the modifier.");
static PyObject *native_configure(PyObject *module, PyObject *const *args, Py_ssize_t count) {
    if (count != 2 || !PyCallable_Check(args[0]) || !PyCallable_Check(args[1])) {
        PyErr_SetString(PyExc_TypeError, "configure takes two functions");
        return NULL;
    }
    State *state = PyModule_GetState(module);
    Py_XSETREF(state->to_text, Py_NewRef(args[0]));
    Py_XSETREF(state->number_format, Py_NewRef(args[1]));
    Py_RETURN_NONE;
}

#define FAST(function) ((PyCFunction)(void (*)(void))(function))
static PyMethodDef methods[] = {
    {"html", native_html, METH_O, html_doc},
    {"text", native_text, METH_O, text_doc},
    {"number_format", FAST(native_number_format), METH_FASTCALL, number_format_doc},
    {"join", FAST(native_join), METH_FASTCALL, join_doc},
    {"configure", FAST(native_configure), METH_FASTCALL, configure_doc},
    {NULL, NULL, 0, NULL},
};

static int native_exec(PyObject *module) {
    PyObject *type = PyType_FromModuleAndSpec(module, &Filler_spec, NULL);
    if (type == NULL)
        return -1;
    const int failed = PyModule_AddType(module, (PyTypeObject *)type);
    Py_DECREF(type);
    return failed;
}

static int native_traverse(PyObject *module, visitproc visit, void *arg) {
    State *state = PyModule_GetState(module);
    if (state != NULL) {
        Py_VISIT(state->to_text);
        Py_VISIT(state->number_format);
    }
    return 0;
}

static int native_clear(PyObject *module) {
    State *state = PyModule_GetState(module);
    if (state != NULL) {
        Py_CLEAR(state->to_text);
        Py_CLEAR(state->number_format);
    }
    return 0;
}

static void native_free(void *module) { (void)native_clear(module); }

static PyModuleDef_Slot module_slots[] = {
    {Py_mod_exec, native_exec},
#if PY_VERSION_HEX >= 0x030C0000
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT,
    .m_name = "dovetail.engine._native",
    .m_doc = "The compiled form of dovetail.engine.native.",
    .m_size = sizeof(State),
    .m_methods = methods,
    .m_slots = module_slots,
    .m_traverse = native_traverse,
    .m_clear = native_clear,
    .m_free = native_free,
};

PyMODINIT_FUNC PyInit__native(void) { return PyModuleDef_Init(&definition); }
