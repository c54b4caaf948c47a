<?php
// Smarty of Debian's package smarty4 as a worker (protocol: worker.py). As in production: compiled templates,
// compile_check off, escape_html on, output caching off; one Template object, a loop of assign and fetch.
require 'smarty4/bootstrap.php'; // on Debian's default include path
const RECIPIENTS = 96;
$build = dirname(__DIR__) . '/build';
$data = json_decode(file_get_contents("$build/data.json"), true);
$compiled = sys_get_temp_dir() . '/dovetail-bench-smarty-' . getmypid();
mkdir($compiled);
register_shutdown_function(function () use ($compiled) {
    array_map('unlink', glob("$compiled/*"));
    rmdir($compiled);
});

function environment(): Smarty {
    global $build, $compiled;
    $smarty = new Smarty();
    $smarty->setTemplateDir("$build/templates/smarty");
    $smarty->setCompileDir($compiled);
    $smarty->setCompileCheck(Smarty::COMPILECHECK_OFF);
    $smarty->escape_html = true;
    $smarty->setCaching(Smarty::CACHING_OFF);
    return $smarty;
}

function template(string $workload) {
    global $data;
    static $made = [];
    if (!isset($made[$workload])) {
        $template = environment()->createTemplate("$workload.tpl");
        $template->assign('mailing', $data['mailing']);
        if ($workload[1] === '1') $template->assign('products', $data['products']);
        $made[$workload] = $template;
    }
    return $made[$workload];
}

function render($template, string $workload, int $number): string {
    global $data;
    if ($workload === 'w3') $template->assign('rows', $data['tables'][$number % count($data['tables'])]);
    else $template->assign('recipient', $data['recipients'][$number]);
    return $template->fetch();
}

function cpu(): float {
    $use = getrusage();
    return $use['ru_utime.tv_sec'] + $use['ru_stime.tv_sec'] + ($use['ru_utime.tv_usec'] + $use['ru_stime.tv_usec']) / 1e6;
}

function bench(string $workload, float $seconds): array {
    $template = template($workload);
    $renders = $characters = 0;
    $spent = cpu();
    $began = hrtime(true);
    do {
        for ($number = 0; $number < RECIPIENTS; $number++) $characters += strlen(render($template, $workload, $number));
        $renders += RECIPIENTS;
    } while (hrtime(true) - $began < $seconds * 1e9);
    return ['n' => $renders, 't' => (hrtime(true) - $began) / 1e9, 'cpu' => cpu() - $spent, 'chars' => $characters];
}

function check(string $workload, string $file): array {
    $template = template($workload);
    $texts = [];
    for ($number = 0; $number < RECIPIENTS; $number++) $texts[] = render($template, $workload, $number);
    file_put_contents($file, json_encode($texts));
    return ['ok' => 1];
}

function compile(string $workload, int $times): array {
    $took = [];
    for ($time = 0; $time < $times; $time++) {
        $smarty = environment();
        $smarty->clearCompiledTemplate();
        $spent = cpu();
        foreach ($workload[1] === '1' ? [$workload, 'inc_header', 'inc_footer'] : [$workload] as $name)
            $smarty->createTemplate("$name.tpl")->compileTemplateSource();
        $took[] = (cpu() - $spent) * 1e3;
    }
    return ['ms' => $took];
}

function answer(array $words): array {
    switch ($words[0]) {
        case 'bench': return bench($words[1], (float)$words[2]);
        case 'check': return check($words[1], $words[2]);
        case 'compile': return compile($words[1], (int)$words[2]);
        case 'rss':
            preg_match('/VmHWM:\s+(\d+)/', file_get_contents('/proc/self/status'), $found);
            return ['kb' => (int)$found[1]];
        case 'info':
            $status = function_exists('opcache_get_status') ? opcache_get_status(false) : false;
            return ['opcache' => $status && $status['opcache_enabled'], 'version' => Smarty::SMARTY_VERSION];
    }
    return ['error' => 'no such command: ' . implode(' ', $words)];
}

while (($line = fgets(STDIN)) !== false) {
    try {
        $made = answer(explode(' ', trim($line)));
    } catch (\Throwable $error) {
        fwrite(STDERR, $error . "\n");
        $made = ['error' => substr($error->getMessage(), 0, 300)];
    }
    echo json_encode($made), "\n";
}
