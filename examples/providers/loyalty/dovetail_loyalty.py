"""Members, points and rewards of Loyalty, a (made-up) service for loyalty cards, for Dovetail's templates."""

from dataclasses import replace
from urllib.parse import quote, urlencode

from dovetail.engine.modifiers.lists import select
from dovetail.engine.ports import Answer, Filter, Finding, Lifetime, Query, Record, Ref, Request, Suggestion
from dovetail.engine.schema import Field, Member, RecordType, Schema
from dovetail.errors import ProviderError
from dovetail.providers.kinds import Kind, Setting
from dovetail.providers.reading import read_json, reading

MEMBER = {
    "name": Field(type="text", summary="First and last name.", example="Ann Lee"),
    "email": Field(type="text", summary="E-mail address."),
    "points": Field(type="integer", summary="Points on the card.", example="250"),
    "since": Field(type="date", summary="The day of joining.", example="2024-02-29"),
    "rewards": Field(type="record", record="reward", many=True, live=True, summary="What the points will buy."),
}
REWARD = {
    "name": Field(type="text", summary="What it is.", example="A mug"),
    "points": Field(type="integer", summary="What it costs.", example="200"),
}
RECORDS = {
    "member": RecordType(name="member", summary="Somebody with a card.", fields=MEMBER, open=False, personal=True),
    "reward": RecordType(name="reward", summary="What points can buy.", fields=REWARD, open=False),
}
MEMBERS = {
    "member": Member(kind="keyed", collection="member", record="member", key="card number", summary="One member."),
    "rewards": Member(kind="list", collection="reward", record="reward", summary="All rewards.", filters=("points",)),
}


class Loyalty:
    def __init__(self, identifier, settings):
        self.identifier = identifier
        self.url = self.fingerprint = settings["url"].rstrip("/")
        self.key = settings["key"]

    def schema(self):
        return Schema(kind="loyalty", summary=f"Loyalty cards of {self.url}", members=MEMBERS, records=RECORDS)

    def lifetime(self, ask):
        return Lifetime(60.0, personal=True) if ask.collection == "member" else Lifetime(3600.0)

    def authorize(self, request):
        return replace(request, headers={**request.headers, "authorization": f"Bearer {self.key}"})

    def resolve(self, asks):
        cards = [ask for ask in asks if ask.collection == "member"]
        groups = [cards[at : at + 50] for at in range(0, len(cards), 50)]
        requests = [self._get("members", cards=",".join(str(ask.key) for ask in group)) for group in groups]
        if lists := [ask for ask in asks if isinstance(ask.key, Query)]:
            groups.append(lists)
            requests.append(self._get("rewards"))
        answers = {}
        for group, reply in zip(groups, (yield requests), strict=True):
            try:
                records = self._records(group[0].collection, reply)
            except ProviderError as error:
                answers.update(dict.fromkeys(group, error))
                continue
            for ask in group:
                value = select(list(records.values()), ask.key) if group is lists else records.get(str(ask.key))
                answers[ask] = Answer(value, found=value is not None, fetched_at=reply.at)
        return answers

    def suggest(self, path, text, limit):
        if list(path) == ["member"] and limit:
            (reply,) = yield [self._get("members", search=text, limit=limit)]
            return [Suggestion(key, record.title) for key, record in self._records("member", reply).items()]
        return [Suggestion(name, name, MEMBERS[name].summary) for name in MEMBERS if not path and text in name][:limit]

    def check(self):
        try:
            self._records("member", *(yield [self._get("members", limit=1)]))
        except ProviderError as error:
            return [Finding(False, error.message, error.help)]
        return [Finding(True, f"{self.url} answers, and members can be read")]

    def _get(self, path, **query):
        return Request("GET", f"{self.url}/v1/{path}" + (f"?{urlencode(query, quote_via=quote)}" if query else ""))

    def _records(self, collection, reply):
        records = {}
        with reading(self.identifier):
            for item in read_json(reply, self.identifier)["items"]:
                fields = {name: item[name] for name, field in RECORDS[collection].fields.items() if not field.live}
                if collection == "member":
                    fields["rewards"] = Ref("reward", Query((Filter("points", "<=", int(item["points"])),)))
                records[item["id"]] = Record(collection, item["id"], item["name"], fields)
        return records


URL = Setting(name="url", type="url", required=True, summary="its address", example="https://loyalty.example")
KEY = Setting(name="key", secret=True, required=True, summary="the API key (Loyalty > Settings > API)")
KIND = Kind(name="loyalty", title="Loyalty cards", summary="Members and rewards", settings=(URL, KEY), make=Loyalty)
