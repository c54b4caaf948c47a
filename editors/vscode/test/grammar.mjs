// What the grammar says of pieces of templates: `npm run check`.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const oniguruma = require("vscode-oniguruma");
const textmate = require("vscode-textmate");
const here = path.dirname(new URL(import.meta.url).pathname);

const wasm = fs.readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm"));
await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));

// VS Code brings HTML's grammar; here the least of one: what stands between tags, in attributes and in <style>.
const html = {
  scopeName: "text.html.basic",
  patterns: [
    { begin: "<style>", end: "</style>", name: "source.css", patterns: [] },
    { begin: "<\\w+", end: ">", name: "meta.tag.html", patterns: [{ begin: '"', end: '"', name: "string.quoted.double.html" }] },
  ],
};
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (sources) => new oniguruma.OnigScanner(sources),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async (scope) => {
    if (scope === "text.html.basic") return html;
    const file = path.join(here, "../syntaxes/smarty.tmLanguage.json");
    return textmate.parseRawGrammar(fs.readFileSync(file, "utf8"), file);
  },
});
const grammar = await registry.loadGrammar("text.html.smarty");

/** The scopes of the first place of a word in a text. */
function scopes(text, word, at = text.indexOf(word)) {
  let stack = textmate.INITIAL;
  let start = 0;
  for (const line of text.split("\n")) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, stack);
    stack = ruleStack;
    const token = tokens.find((each) => start + each.startIndex <= at && at < start + each.endIndex);
    if (token) return token.scopes.join(" ");
    start += line.length + 1;
  }
  throw new Error(`${word} stands nowhere`);
}

const says = [
  ["{$profile.firstname|escape}", "profile", "variable.other.smarty"],
  ["{$profile.firstname|escape}", "firstname", "variable.other.property.smarty"],
  ["{$mywebshop.product.123456.name}", "123456", "variable.other.property.smarty"],
  ["{$profile.firstname|escape}", "escape", "support.function.modifier.smarty"],
  ["{foreach $a as $b}x{/foreach}", "foreach", "keyword.control.smarty"],
  ["{foreach $a as $b}x{/foreach}", " as", "meta.tag.smarty"],
  ["{foreach $a as $b}x{/foreach}", "as ", "keyword.operator.word.smarty"],
  ["{html_image file='a.png'}", "html_image", "entity.name.function.smarty"],
  ["{html_image file='a.png'}", "file", "entity.other.attribute-name.smarty"],
  ["{html_image file='a.png'}", "a.png", "string.quoted.single.smarty"],
  ['{"Dear $name"}', "name", "variable.other.smarty"],
  ['{"Dear `$a.b`!"}', "b`", "variable.other.property.smarty"],
  ["{* {$a} *}", "$a", "comment.block.smarty"],
  ["{literal}{$a}{/literal}", "$a", "meta.literal.smarty"],
  ['<a href="{$url}">', "url", "string.quoted.double.html meta.tag.smarty variable.other.smarty"],
  ["<style>p { color: {$colour} }</style>", "colour", "source.css meta.tag.smarty variable.other.smarty"],
  ["{if $a|count > 1}x{/if}", "1}", "constant.numeric.smarty"],
  ["{if $a[$b.c] eq true}", "true", "constant.language.smarty"],
  ["{if $a[$b.c] eq true}", "c]", "meta.index.smarty variable.other.property.smarty"],
  ["{#title#}", "title", "variable.other.constant.config.smarty"],
  ["{foreach $list as $x}{$x@first}{/foreach}", "@first", "variable.language.loop.smarty"],
];
for (const [text, word, wanted] of says) {
  const found = scopes(text, word);
  assert.ok(found.includes(wanted), `${word} in ${text}: ${found}`);
}
for (const [text, word] of [
  ["p { color: red }", "color"],
  ["a {\n b", "b"],
  ["{literal}{$a}{/literal}", "$a"],
]) {
  assert.ok(!scopes(text, word).includes("meta.tag.smarty"), `${word} in ${text} is no part of a tag`);
}
console.log(`${says.length + 3} places have the scopes that they should`);
