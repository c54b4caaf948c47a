// The Node peers as workers (protocol: worker.py). usage: node node_worker.js eta|handlebars|liquidjs|nunjucks
'use strict';
const fs = require('fs'), path = require('path'), readline = require('readline');
const BUILD = path.join(path.dirname(__dirname), 'build'), RECIPIENTS = 96;
const data = JSON.parse(fs.readFileSync(path.join(BUILD, 'data.json'), 'utf8'));

const money = value => {
  let [whole, cents] = (+value).toFixed(2).split('.');
  if (whole.length > 3) whole = whole.replace(/\B(?=(\d{3})+(?!\d))/g, '.');
  return whole + ',' + cents;
};
const trunc = (text, length) => text.length <= length ? text : text.slice(0, length - 3) + '...';

const variables = (workload, number) => {
  if (workload === 'w3') return {rows: data.tables[number % data.tables.length]};
  const given = {recipient: data.recipients[number], mailing: data.mailing};
  if (workload.startsWith('w1')) given.products = data.products;
  return given;
};
const templates = language => {
  const folder = path.join(BUILD, 'templates', language);
  return Object.fromEntries(fs.readdirSync(folder).map(file => [file.slice(0, -4), fs.readFileSync(path.join(folder, file), 'utf8')]));
};

// Each engine: () => workload => recipient's number => text
const engines = {
  eta() {
    const sources = templates('eta'), {Eta} = require('eta');
    return workload => {
      const eta = new Eta({autoEscape: true, cache: true});
      eta.loadTemplate('@inc_header', sources.inc_header);
      eta.loadTemplate('@inc_footer', sources.inc_footer);
      eta.loadTemplate('@workload', sources[workload]);
      return number => eta.render('@workload', Object.assign(variables(workload, number), {money, trunc}));
    };
  },
  handlebars() {
    const sources = templates('handlebars'), Handlebars = require('handlebars');
    return workload => {
      const handlebars = Handlebars.create();
      handlebars.registerHelper({
        money: value => money(value), trunc: (text, length) => trunc(text, length), dflt: (value, other) => value || other,
        upper: text => text.toUpperCase(), eq: (a, b) => a === b, ne: (a, b) => a !== b, lt: (a, b) => a < b,
        gt: (a, b) => a > b, le: (a, b) => a <= b, ge: (a, b) => a >= b, and: (a, b) => a && b, or: (a, b) => a || b,
        mul: (a, b) => a * b, plus: (a, b) => a + b, minus: (a, b) => a - b,
        setvar(name, value, options) { options.data.root[name] = value; },
      });
      if (workload.startsWith('w1'))
        for (const part of ['inc_header', 'inc_footer']) handlebars.registerPartial(part, handlebars.compile(sources[part]));
      const template = handlebars.compile(sources[workload]);
      return number => template(variables(workload, number));
    };
  },
  liquidjs() {
    const sources = templates('liquid'), {Liquid} = require('liquidjs');
    return workload => {
      const liquid = new Liquid({templates: sources, cache: true});
      liquid.registerFilter('money', value => money(value));
      const template = liquid.parse(sources[workload]);
      return number => liquid.renderSync(template, variables(workload, number));
    };
  },
  nunjucks() {
    const sources = templates('nunjucks'), nunjucks = require('nunjucks');
    return workload => {
      const Sources = nunjucks.Loader.extend({getSource: name => ({src: sources[name], path: name, noCache: false})});
      const environment = new nunjucks.Environment(new Sources(), {autoescape: true});
      environment.addFilter('money', money);
      environment.addFilter('trunc', trunc);
      const template = environment.getTemplate(workload, true);
      return number => template.render(variables(workload, number));
    };
  },
};

const name = process.argv[2], make = engines[name](), made = {};
const render = workload => made[workload] || (made[workload] = make(workload));
const now = () => Number(process.hrtime.bigint()) / 1e9;
const cpu = () => { const use = process.cpuUsage(); return (use.user + use.system) / 1e6; };
let sink;

const commands = {
  bench(workload, seconds) {
    const one = render(workload), spent = cpu(), began = now();
    let n = 0, chars = 0;
    do {
      for (let number = 0; number < RECIPIENTS; number++) {
        const text = one(number);
        chars += text.length;
        sink = text.charCodeAt(text.length >> 1); // V8 gives ropes: a look at a character makes it one text
      }
      n += RECIPIENTS;
    } while (now() - began < +seconds);
    return {n, t: now() - began, cpu: cpu() - spent, chars};
  },
  check(workload, file) {
    const one = render(workload);
    fs.writeFileSync(file, JSON.stringify(Array.from({length: RECIPIENTS}, (_, number) => one(number))));
    return {ok: 1};
  },
  compile(workload, times) {
    const ms = [];
    for (let time = 0; time < +times; time++) {
      const spent = cpu(), one = make(workload);
      if (name === 'handlebars' || name === 'eta') one(0); // these compile lazily
      ms.push((cpu() - spent) * 1e3);
    }
    return {ms};
  },
  rss: () => ({kb: +/VmHWM:\s+(\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1]}),
};

readline.createInterface({input: process.stdin}).on('line', line => {
  const [command, ...words] = line.split(' ');
  let answer;
  try {
    answer = commands[command](...words);
  } catch (error) {
    console.error(error);
    answer = {error: String(error).slice(0, 300)};
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
});
