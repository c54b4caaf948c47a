/* The optional accelerator: escaping, number formatting, filling and joining of texts.
 *
 * dovetail/engine/native.py is the door to it and holds the same functions in Python, which state the
 * contract in full; tests/engine/test_native.py holds both against each other. Of PHP this knows the five
 * entities, the text of a float of few digits, and rounding; other numbers are handed to the Python functions
 * that `configure` was given.
 *
 * Python code can run in the midst of a call only in those functions and in the `__eq__` of a strange
 * dictionary key; whatever is used afterwards is held by a reference of its own.
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
#define SURE 1e15 /* a double is sure of whole numbers below, whatever power of ten divides them */

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

/* Decimal digits into `digits`; gives how many characters. */
static int write_digits(long long number, char digits[DIGITS]) {
    unsigned long long left = number < 0 ? 0ULL - (unsigned long long)number : (unsigned long long)number;
    char reversed[DIGITS];
    int count = 0, length = 0;
    do {
        reversed[count++] = (char)('0' + left % 10);
        left /= 10;
    } while (left);
    if (number < 0)
        digits[length++] = '-';
    while (count)
        digits[length++] = reversed[--count];
    return length;
}

static const double POWERS[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14};

/* Whether a float is a whole number, below SURE, divided by 10**places; which, if so. */
static inline int is_decimal(double number, int places, long long *whole) {
    const double shifted = round(number * POWERS[places]);
    if (!(fabs(shifted) < SURE) || shifted / POWERS[places] != number)
        return 0;
    *whole = (long long)shifted;
    return 1;
}

/* PHP's text of a float of at most four decimals and fourteen digits, which is the decimal number that it
 * stands for; 0 for the others. */
static int write_float(double number, char digits[DIGITS]) {
    long long whole;
    const double size = fabs(number);
    if (!(size >= 1e-3 && size < 1e10)) /* not zero: it may be -0 */
        return 0;
    for (int places = 0; places <= 4; places++) {
        if (!is_decimal(number, places, &whole))
            continue;
        if (places == 0)
            return write_digits(whole, digits);
        const long long unit = (long long)POWERS[places];
        int length = 0;
        if (whole < 0)
            digits[length++] = '-';
        whole = whole < 0 ? -whole : whole;
        length += write_digits(whole / unit, digits + length);
        digits[length++] = '.';
        for (long long left = whole % unit, at = unit / 10; at; at /= 10)
            digits[length++] = (char)('0' + left / at % 10);
        return length;
    }
    return 0;
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
    char digits[DIGITS];
    if (PyLong_CheckExact(value)) {
        int past;
        const long long number = PyLong_AsLongLongAndOverflow(value, &past);
        if (!past)
            return ascii_text(digits, write_digits(number, digits));
    } else if (PyFloat_CheckExact(value)) {
        const int length = write_float(PyFloat_AS_DOUBLE(value), digits);
        if (length)
            return ascii_text(digits, length);
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
 * A float that has no more decimals than are shown is not rounded. Dividing a whole number below SURE by a
 * power of ten gives a float that is written with the digits of that number, so both roads can end here. */
static int shown_digits(PyObject *value, int places, long long *whole) {
    if (PyFloat_CheckExact(value)) {
        const double number = PyFloat_AS_DOUBLE(value);
        const double size = fabs(number);
        if (size == 0.0) {
            *whole = 0;
            return 1;
        }
        if (!(size >= 1e-6 && size * POWERS[places] < SURE / 2)) /* NaN fails here too */
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
    if (!PyUnicode_CheckExact(text) || ready(text) < 0 || PyUnicode_GET_LENGTH(text) > 8)
        return 0;
    for (Py_ssize_t place = 0; place < PyUnicode_GET_LENGTH(text); place++)
        if (PyUnicode_READ_CHAR(text, place) == 0)
            return 0;
    return 1;
}

/* Writes a separator at `out`, of `kind`; gives the place after it. */
static inline Py_ssize_t put(PyObject *text, int kind, void *out, Py_ssize_t place) {
    const Py_ssize_t length = PyUnicode_GET_LENGTH(text);
    for (Py_ssize_t from = 0; from < length; from++)
        PyUnicode_WRITE(kind, out, place++, PyUnicode_READ_CHAR(text, from));
    return place;
}

static PyObject *grouped(long long whole, int whole_is_int, int places, PyObject *point, PyObject *thousands) {
    char digits[DIGITS + 16];
    const int negative = whole < 0;
    int count = write_digits(negative ? -whole : whole, digits);
    if (whole_is_int) {
        memset(digits + count, '0', (size_t)places);
        count += places;
    } else if (count <= places) {
        /* 0.05 is 5 with two places: there is always a digit before the point. */
        const int missing = places + 1 - count;
        memmove(digits + missing, digits, (size_t)count);
        memset(digits, '0', (size_t)missing);
        count += missing;
    }
    const int before = count - places;
    const int groups = (before - 1) / 3;
    const Py_ssize_t length = negative + count + groups * PyUnicode_GET_LENGTH(thousands) +
                              (places ? PyUnicode_GET_LENGTH(point) : 0);
    Py_UCS4 widest = 127;
    if (groups && PyUnicode_MAX_CHAR_VALUE(thousands) > widest)
        widest = PyUnicode_MAX_CHAR_VALUE(thousands);
    if (places && PyUnicode_MAX_CHAR_VALUE(point) > widest)
        widest = PyUnicode_MAX_CHAR_VALUE(point);
    PyObject *result = PyUnicode_New(length, widest);
    if (result == NULL)
        return NULL;
    const int kind = (int)PyUnicode_KIND(result);
    void *out = PyUnicode_DATA(result);
    Py_ssize_t place = 0;
    if (negative)
        PyUnicode_WRITE(kind, out, place++, '-');
    for (int from = 0; from < before; from++) {
        if (from && (before - from) % 3 == 0)
            place = put(thousands, kind, out, place);
        PyUnicode_WRITE(kind, out, place++, (Py_UCS1)digits[from]);
    }
    if (places)
        place = put(point, kind, out, place);
    for (int from = before; from < count; from++)
        PyUnicode_WRITE(kind, out, place++, (Py_UCS1)digits[from]);
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
    State *state = PyModule_GetState(module);
    if (state->number_format == NULL) {
        PyErr_SetString(PyExc_RuntimeError, "configure() has not been called");
        return NULL;
    }
    PyObject *ask = Py_NewRef(state->number_format);
    PyObject *result = PyObject_Vectorcall(ask, args, 4, NULL);
    Py_DECREF(ask);
    return result;
}

/* ---- Filler ---- */

typedef struct {
    const void *at;    /* into the filler's store: characters of the filler's width, or UTF-8 */
    Py_ssize_t length; /* characters, or bytes */
} Text;

typedef struct {
    PyObject **keys; /* into the filler's keys */
    Py_ssize_t count;
    int escaped;
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
    Text *texts;
    Slot *slots;
    PyObject **keys; /* of all slots, exact interned strings */
    Py_ssize_t key_count;
    char *store;
} Filler;

typedef struct {
    PyObject *text; /* held; NULL for digits */
    int escaped;    /* something is to be escaped */
    Py_ssize_t size; /* what is written: characters, or bytes when encoding */
    char digits[DIGITS];
} Shown;

static int too_long(void) {
    PyErr_SetString(PyExc_OverflowError, "the text is longer than the limit");
    return -1;
}

/* The value that is shown: follows the keys from `value`. A new reference. */
static inline PyObject *looked_up(const Slot *slot, PyObject *value) {
    Py_INCREF(value);
    for (Py_ssize_t step = 0; step < slot->count; step++) {
        PyObject *found;
        if (!PyDict_CheckExact(value)) {
            PyErr_Format(PyExc_TypeError, "no dict: %.100s", Py_TYPE(value)->tp_name);
            Py_DECREF(value);
            return NULL;
        }
#if PY_VERSION_HEX >= 0x030D0000
        (void)PyDict_GetItemRef(value, slot->keys[step], &found);
#else
        found = PyDict_GetItemWithError(value, slot->keys[step]);
        Py_XINCREF(found);
#endif
        Py_DECREF(value);
        if (found == NULL) {
            if (!PyErr_Occurred())
                PyErr_SetObject(PyExc_KeyError, slot->keys[step]);
            return NULL;
        }
        value = found;
    }
    return value;
}

static inline void show_digits(Shown *shown, long long number) {
    shown->size = write_digits(number, shown->digits);
}

/* Looks one value up and measures it; on success `shown` owns its text. Adds to characters, bytes, widest. */
static inline int measure(Filler *self, const Slot *slot, PyObject *value, Shown *shown, Py_ssize_t *characters,
                          Py_ssize_t *bytes, Py_UCS4 *widest) {
    value = looked_up(slot, value);
    if (value == NULL)
        return -1;
    shown->text = NULL;
    shown->escaped = 0;
    shown->size = 0;
    if (PyUnicode_CheckExact(value)) {
        if (ready(value) < 0) {
            Py_DECREF(value);
            return -1;
        }
        shown->text = value;
    } else if (PyLong_CheckExact(value)) {
        int past;
        const long long number = PyLong_AsLongLongAndOverflow(value, &past);
        if (past)
            shown->text = asked_text(PyType_GetModuleState(Py_TYPE(self)), value);
        else
            show_digits(shown, number);
        Py_DECREF(value);
        if (past && shown->text == NULL)
            return -1;
    } else if (PyFloat_CheckExact(value)) {
        shown->size = write_float(PyFloat_AS_DOUBLE(value), shown->digits);
        if (!shown->size)
            shown->text = asked_text(PyType_GetModuleState(Py_TYPE(self)), value);
        Py_DECREF(value);
        if (!shown->size && shown->text == NULL)
            return -1;
    } else if (value == Py_None || value == Py_False || value == Py_True) {
        if (value == Py_True)
            show_digits(shown, 1);
        Py_DECREF(value);
    } else {
        raise_strange(value);
        Py_DECREF(value);
        return -1;
    }
    Py_ssize_t growth = 0;
    if (shown->text != NULL) {
        shown->size = PyUnicode_GET_LENGTH(shown->text);
        if (shown->size > self->limit)
            goto overflow;
        if (slot->escaped) {
            growth = growth_of(shown->text);
            shown->escaped = growth > 0;
            shown->size += growth;
        }
    }
    /* `characters` has not passed the limit so far. */
    if (shown->size > self->limit - *characters)
        goto overflow;
    *characters += shown->size;
    if (shown->text == NULL) {
        *bytes += shown->size;
    } else if (self->encode) {
        const Py_ssize_t size = utf8_size(shown->text);
        if (size < 0) {
            raise_lone(shown->text);
            Py_CLEAR(shown->text);
            return -1;
        }
        shown->size = size + growth;
        *bytes += shown->size;
    } else {
        /* The values are of the form 2**n - 1: their union is the greatest. */
        *widest |= PyUnicode_MAX_CHAR_VALUE(shown->text);
    }
    return 0;
overflow:
    Py_CLEAR(shown->text);
    return too_long();
}

static PyObject *filled_str(const Filler *self, const Shown *shown, Py_ssize_t characters, Py_UCS4 widest) {
    PyObject *result = PyUnicode_New(characters, widest);
    if (result == NULL || characters == 0)
        return result;
    const int kind = (int)PyUnicode_KIND(result);
    char *out = PyUnicode_DATA(result);
    for (Py_ssize_t index = 0;; index++) {
        const Text *text = &self->texts[index];
        copy_wide(text->at, self->kind, text->length, out, kind);
        out += text->length * kind;
        if (index == self->count)
            return result;
        if (shown[index].text != NULL)
            write_text(shown[index].text, shown[index].escaped, out, kind);
        else
            copy_wide(shown[index].digits, 1, shown[index].size, out, kind);
        out += shown[index].size * kind;
    }
}

static PyObject *filled_bytes(const Filler *self, const Shown *shown, Py_ssize_t bytes) {
    PyObject *result = PyBytes_FromStringAndSize(NULL, bytes);
    if (result == NULL || bytes == 0)
        return result;
    char *out = PyBytes_AS_STRING(result);
    for (Py_ssize_t index = 0;; index++) {
        const Text *text = &self->texts[index];
        copy_bytes(text->at, (size_t)text->length, out);
        out += text->length;
        if (index == self->count)
            return result;
        if (shown[index].text != NULL)
            write_utf8(shown[index].text, shown[index].escaped, (unsigned char *)out);
        else
            copy_bytes(shown[index].digits, (size_t)shown[index].size, out);
        out += shown[index].size;
    }
}

static PyObject *Filler_fill(PyObject *object, PyObject *const *args, size_t flags, PyObject *names) {
    Filler *self = (Filler *)object;
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
    Py_ssize_t characters = self->characters, bytes = self->bytes, done = 0;
    Py_UCS4 widest = self->widest;
    for (; done < count; done++)
        if (measure(self, &self->slots[done], args[done], &shown[done], &characters, &bytes, &widest) < 0)
            break;
    if (done == count)
        result = self->encode ? filled_bytes(self, shown, bytes) : filled_str(self, shown, characters, widest);
    while (done > 0)
        Py_XDECREF(shown[--done].text);
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

static int store_slots(Filler *self, PyObject *kinds, PyObject *keys) {
    Py_ssize_t total = 0;
    for (Py_ssize_t index = 0; index < self->count; index++) {
        PyObject *path = PyTuple_GET_ITEM(keys, index);
        const Py_UCS4 kind = PyUnicode_READ_CHAR(kinds, index);
        if (kind != 'h' && kind != 't') {
            PyErr_SetString(PyExc_ValueError, "a kind must be h or t");
            return -1;
        }
        if (!PyTuple_CheckExact(path)) {
            PyErr_SetString(PyExc_TypeError, "keys must be tuples of str");
            return -1;
        }
        for (Py_ssize_t step = 0; step < PyTuple_GET_SIZE(path); step++)
            if (!PyUnicode_CheckExact(PyTuple_GET_ITEM(path, step))) {
                PyErr_SetString(PyExc_TypeError, "keys must be tuples of str");
                return -1;
            }
        total += PyTuple_GET_SIZE(path);
    }
    self->slots = PyMem_New(Slot, (size_t)self->count + 1);
    self->keys = PyMem_New(PyObject *, (size_t)total + 1);
    if (self->slots == NULL || self->keys == NULL) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t index = 0; index < self->count; index++) {
        PyObject *path = PyTuple_GET_ITEM(keys, index);
        self->slots[index].keys = self->keys + self->key_count;
        self->slots[index].count = PyTuple_GET_SIZE(path);
        self->slots[index].escaped = PyUnicode_READ_CHAR(kinds, index) == 'h';
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
    static char *names[] = {"texts", "kinds", "keys", "encode", "limit", NULL};
    PyObject *texts, *kinds, *keys;
    int encode = 0;
    Py_ssize_t limit = PLAIN_LIMIT;
    if (!PyArg_ParseTupleAndKeywords(args, named, "O!O!O!|$pn:Filler", names, &PyTuple_Type, &texts, &PyUnicode_Type,
                                     &kinds, &PyTuple_Type, &keys, &encode, &limit))
        return NULL;
    if (ready(kinds) < 0)
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
    if (store_texts(self, texts) < 0 || store_slots(self, kinds, keys) < 0)
        Py_CLEAR(self);
    return (PyObject *)self;
}

static int Filler_traverse(PyObject *object, visitproc visit, void *arg) {
    Py_VISIT(Py_TYPE(object)); /* the keys are strings, which hold nothing */
    return 0;
}

static void Filler_dealloc(PyObject *object) {
    Filler *self = (Filler *)object;
    PyTypeObject *type = Py_TYPE(object);
    PyObject_GC_UnTrack(object);
    for (Py_ssize_t index = 0; index < self->key_count; index++)
        Py_DECREF(self->keys[index]);
    PyMem_Free(self->keys);
    PyMem_Free(self->slots);
    PyMem_Free(self->texts);
    PyMem_Free(self->store);
    type->tp_free(object);
    Py_DECREF(type);
}

static PyMemberDef Filler_members[] = {
    {"__vectorcalloffset__", T_PYSSIZET, offsetof(Filler, vectorcall), READONLY, NULL},
    {"limit", T_PYSSIZET, offsetof(Filler, limit), READONLY, "How many characters a value and the whole may have."},
    {NULL, 0, 0, 0, NULL},
};

PyDoc_STRVAR(Filler_doc, "Filler(texts, kinds, keys, *, encode=False, limit=1000000)\n--\n\n"
                         "Texts with values between them; see dovetail.engine.native.");
static PyType_Slot Filler_slots[] = {
    {Py_tp_doc, (void *)Filler_doc},
    {Py_tp_new, Filler_new},
    {Py_tp_call, PyVectorcall_Call},
    {Py_tp_traverse, Filler_traverse},
    {Py_tp_dealloc, Filler_dealloc},
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
