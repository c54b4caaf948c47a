#!/usr/bin/env bash
# Installs VS Code for the browser (code-server) and our extension for the tests: code_server.sh FOLDER
# Needs Node 20 or later with npm, and a C++ compiler. What is there already is left as it is.
set -euo pipefail
sources="$(cd "$(dirname "$0")/../.." && pwd)"
mkdir -p "$1"
cd "$1"

# Node's headers come with Debian's node; without them npm would fetch them.
if [ -e /usr/include/node/node_api.h ]; then export npm_config_nodedir=/usr; fi
export npm_config_fund=false npm_config_audit=false npm_config_update_notifier=false

if [ ! -e ready ]; then
    # Its own installation script needs rights that npm no longer gives it; what it would do is done here.
    echo '{"private": true}' >package.json
    npm install --silent --ignore-scripts code-server@4.100.3
    vscode=node_modules/code-server/lib/vscode
    (cd "$vscode" && npm install --silent --ignore-scripts --omit=dev && cd extensions && npm install --silent --ignore-scripts --omit=dev)
    npm rebuild --silent argon2
    # node-pty is compiled and then reported as failed; the test that starts the server tells whether all is well.
    (cd "$vscode" && npm rebuild --silent @vscode/spdlog native-watchdog node-pty) || true
    touch ready
fi

if [ ! -e dovetail.vsix ] || [ -n "$(find "$sources/editors/vscode" -newer dovetail.vsix -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -print -quit)" ]; then
    rm -rf extension
    cp -r "$sources/editors/vscode" extension
    (cd extension && rm -rf node_modules dist && npm ci --silent && npm run --silent check && npm run --silent package -- -o ../dovetail.vsix)
fi
