"""The Python peers, each as its documentation sets it up for production."""

from __future__ import annotations

from functools import partial

from bench.engines.formats import money, truncate
from bench.engines.ports import Render, data, parts, templates, variables


class Jinja2:
    """Autoescape on, automatic reload off, dot syntax."""

    language = "jinja"

    def __init__(self) -> None:
        self.sources = templates(self.language)
        self.given = partial(variables, data())

    def compile(self, workload: str) -> Render:
        import jinja2

        loader = jinja2.DictLoader(self.sources)
        environment = jinja2.Environment(autoescape=True, auto_reload=False, loader=loader)
        environment.filters["money"] = money
        for part in parts(workload):
            environment.get_template(part)
        render, given = environment.get_template(workload).render, self.given
        return lambda number: render(given(workload, number))


class Jinja2Item(Jinja2):
    """The same with `p["name"]`."""

    language = "jinjaitem"


class MiniJinja(Jinja2):
    """The Rust engine through its Python binding; `money` and `trunc` are called in Python."""

    language = "minijinja"

    def compile(self, workload: str) -> Render:
        import minijinja

        environment = minijinja.Environment(templates={name: self.sources[name] for name in parts(workload)})
        environment.auto_escape_callback = lambda name: True
        environment.add_filter("money", money)
        environment.add_filter("trunc", truncate)
        render, given = environment.render_template, self.given
        render(workload, **given(workload, 0))  # it compiles lazily: one render belongs to compiling
        return lambda number: render(workload, **given(workload, number))


class Mako(Jinja2):
    language = "mako"

    def compile(self, workload: str) -> Render:
        from mako.lookup import TemplateLookup

        imports = ["from bench.engines.formats import money, truncate"]
        lookup = TemplateLookup(default_filters=["h"], imports=imports, filesystem_checks=False)
        for part in reversed(parts(workload)):
            lookup.put_string(part, self.sources[part])
        render, given = lookup.get_template(workload).render, self.given
        return lambda number: render(**given(workload, number))


class PythonLiquid(Jinja2):
    language = "liquid"

    def compile(self, workload: str) -> Render:
        import liquid

        environment = liquid.Environment(loader=liquid.DictLoader(self.sources))
        environment.filters["money"] = lambda value, *_: money(float(value))
        # The built-in one cuts a text that is exactly as long as allowed.
        environment.filters["truncate"] = lambda value, length, *_: truncate(value, length)
        render, given = environment.get_template(workload).render, self.given
        return lambda number: render(given(workload, number))


class Chameleon(Jinja2):
    """It leaves quotes in text unescaped, so it does a little less than the others."""

    language = "chameleon"

    def compile(self, workload: str) -> Render:
        from chameleon import PageTemplate

        render, given = PageTemplate(self.sources[workload], auto_reload=False).render, self.given
        return lambda number: render(money=money, truncate=truncate, **given(workload, number))


class Django(Jinja2):
    """With the cached loader; arithmetic takes filters and a tag of our own (`django_tags`)."""

    language = "django"

    def compile(self, workload: str) -> Render:
        import django
        from django.conf import settings
        from django.template import Context, Engine

        if not settings.configured:
            settings.configure(USE_I18N=False, USE_TZ=False, USE_THOUSAND_SEPARATOR=False)
            django.setup()
        loader = ("django.template.loaders.locmem.Loader", self.sources)
        engine = Engine(
            loaders=[("django.template.loaders.cached.Loader", [loader])],
            libraries={"django_tags": "bench.engines.django_tags"},
            autoescape=True,
        )
        for part in parts(workload):
            engine.get_template(part)
        render, given = engine.get_template(workload).render, self.given
        return lambda number: str(render(Context(given(workload, number))))


def installed(name: str) -> bool:
    """Whether the engine's package is there; what reads its templates is not needed to know."""
    from importlib.util import find_spec

    package = {"jinja2_item": "jinja2", "python_liquid": "liquid"}.get(name, name)
    return find_spec(package) is not None


PEERS = {
    "jinja2": Jinja2,
    "jinja2_item": Jinja2Item,
    "minijinja": MiniJinja,
    "mako": Mako,
    "python_liquid": PythonLiquid,
    "chameleon": Chameleon,
    "django": Django,
}
