<?php
// Renders templates with Debian's Smarty 4: reads one JSON object {"template", "data"} a line from standard
// input, writes {"output"} or {"error"} a line to standard output.
error_reporting(0);
ini_set('precision', 14);
require '/usr/share/php/smarty4/Smarty.class.php';
$folder = $argv[1];
while (($line = fgets(STDIN)) !== false) {
    $job = json_decode($line, true);
    $smarty = new Smarty();
    $smarty->setCompileDir($folder);
    $smarty->setTemplateDir($folder);
    $smarty->setForceCompile(true);
    file_put_contents("$folder/main.tpl", $job['template']);
    $smarty->setCaching(Smarty::CACHING_OFF);
    $smarty->muteUndefinedOrNullWarnings();
    $smarty->assign($job['data']);
    $level = ob_get_level();
    try {
        $answer = ['output' => base64_encode($smarty->fetch('main.tpl'))];
    } catch (Throwable $error) {
        $answer = ['error' => substr($error->getMessage(), 0, 300)];
    }
    while (ob_get_level() > $level) {
        ob_end_clean();
    }
    echo json_encode($answer, JSON_INVALID_UTF8_SUBSTITUTE), "\n";
}
