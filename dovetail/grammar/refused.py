"""What Smarty has and Dovetail leaves out on purpose: the reason, and what to use in its place.

Templates are written by people who may not run programs on the sender's machine. Source: facts on Smarty (c),
"Unsafe or meaningless outside PHP".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Refusal(NamedTuple):
    """Why something is not there, and the alternative."""

    reason: str
    instead: str


_CODE = "a template runs no PHP"
_FILES = "a template reads no files and no addresses"
_PROGRAMS = "a template runs no programs"
_MACHINE = "a template sees nothing of the machine it is rendered on"
_OUTSIDE = "put the value among the variables of the mailing, or use an integration"

TAGS: Mapping[str, Refusal] = {
    "php": Refusal(_CODE, "use tags and modifiers; what they cannot do belongs before rendering"),
    "include_php": Refusal(_CODE, "use {include} for a template; what needs code belongs before rendering"),
    "insert": Refusal(_CODE, "use {include} or {call}: nothing is cached here, so there is nothing to insert later"),
    "fetch": Refusal(_FILES, _OUTSIDE),
    "debug": Refusal("its window needs a browser", "look at a value with {$value|debug_print_var|raw}"),
    "make_nocache": Refusal("nothing is cached", "remove it"),
}

SPECIALS: Mapping[str, Refusal] = {
    "template_object": Refusal("it is PHP's object of the template", "name what is wanted of it: `$smarty.template`"),
    "current_dir": Refusal(_MACHINE, "name templates as they stand in the store: {include 'parts/footer.tpl'}"),
}


def _all(names: str, reason: str, instead: str) -> dict[str, Refusal]:
    return dict.fromkeys(names.split(), Refusal(reason, instead))


FUNCTIONS: Mapping[str, Refusal] = {
    **_all("exec shell_exec system passthru popen proc_open pcntl_exec mail", _PROGRAMS, _OUTSIDE),
    **_all(
        "file_get_contents file_put_contents file fopen fread fwrite readfile unlink rename copy mkdir rmdir glob "
        "scandir opendir file_exists is_file is_dir fsockopen curl_init curl_exec parse_ini_file highlight_file "
        "show_source include require",
        _FILES,
        _OUTSIDE,
    ),
    **_all(
        "eval assert create_function call_user_func call_user_func_array array_map array_filter array_walk usort "
        "uasort uksort preg_replace_callback unserialize",
        _CODE,
        "use {foreach} with {if}, or |filter and |orderby",
    ),
    **_all(
        "phpinfo phpversion php_uname php_sapi_name getenv putenv ini_get ini_set constant define get_defined_vars "
        "get_class get_object_vars debug_backtrace sys_get_temp_dir getcwd",
        _MACHINE,
        _OUTSIDE,
    ),
    **_all("rand mt_rand random_int shuffle uniqid array_rand", "a mail must come out the same each time", _OUTSIDE),
}
"""Functions of PHP that no environment has, as modifiers and as functions."""

ALTERNATIVES: Mapping[str, str] = {
    "addslashes": "use |escape:'quotes'",
    "array_key_exists": "use isset($list.key)",
    "array_slice": "use |range:from:to or |limit:count",
    "date": "use |date_format",
    "htmlentities": "use |escape:'htmlall'",
    "is_string": 'compare it: `$x === "$x"`',
    "mb_strlen": "use |count_characters:true",
    "mb_strtolower": "use |lower",
    "mb_strtoupper": "use |upper",
    "mb_substr": "use |truncate:length:'':true",
    "money_format": "use |number_format:2:',':'.'",
    "preg_match": "use `$text matches '/pattern/'`",
    "preg_replace": "use |regex_replace:'/pattern/':'text'",
    "print_r": "use |debug_print_var|raw",
    "rawurlencode": "use |escape:'url'",
    "sizeof": "use |count",
    "sort": "use |orderby:'field'",
    "sprintf": "use |string_format:'%.2f'",
    "str_ireplace": "use |regex_replace:'/text/i':'other'",
    "str_replace": "use |replace:'text':'other'",
    "strftime": "use |date_format",
    "strtotime": "use |date_format, which reads dates as text",
    "time": "use `$smarty.now`",
    "var_dump": "use |debug_print_var|raw",
}
"""Functions of PHP for which the language has its own word."""
