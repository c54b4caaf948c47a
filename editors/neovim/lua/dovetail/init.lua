-- Dovetail's language server in Neovim, from 0.7 on. See docs/editors/neovim.md.
local M = {}

M.config = {
  cmd = { "dovetail", "lsp" },
  -- The settings of docs/editors.md: inlayHints, closeTags, hidePersonalData, severities, mailClients.
  settings = {},
  on_attach = nil,
}

function M.setup(config)
  M.config = vim.tbl_deep_extend("force", M.config, config or {})
end

-- The folder from which templates include each other: that of the nearest dovetail.toml. Follow-ups stand below it.
local function root_of(path)
  local folder = vim.fn.fnamemodify(path, path:match("%.toml$") and ":p:h:h" or ":p:h")
  local found = vim.fn.findfile("dovetail.toml", vim.fn.escape(folder, " ") .. ";")
  return found ~= "" and vim.fn.fnamemodify(found, ":p:h") or folder
end

local clients = {} -- by root, where Neovim does not look for a running client itself

function M.start()
  local buffer = vim.api.nvim_get_current_buf()
  local root = root_of(vim.api.nvim_buf_get_name(buffer))
  local config = {
    name = "dovetail",
    cmd = M.config.cmd,
    root_dir = root,
    workspace_folders = { { uri = vim.uri_from_fname(root), name = root } },
    settings = { dovetail = M.config.settings },
    on_attach = M.attached,
    handlers = { ["dovetail/status"] = M.status },
  }
  if vim.lsp.start then
    vim.lsp.start(config)
    return
  end
  local client = clients[root]
  if not client or not vim.lsp.get_client_by_id(client) then
    client = vim.lsp.start_client(config)
    clients[root] = client
  end
  vim.lsp.buf_attach_client(buffer, client)
end

function M.attached(client, buffer)
  vim.api.nvim_buf_set_option(buffer, "omnifunc", "v:lua.vim.lsp.omnifunc")
  if vim.lsp.completion then
    vim.lsp.completion.enable(true, client.id, buffer, { autotrigger = true })
  end
  if vim.lsp.inlay_hint then
    vim.lsp.inlay_hint.enable(true, { bufnr = buffer })
  end
  if M.config.on_attach then
    M.config.on_attach(client, buffer)
  end
end

-- What the shops are doing, for a status line: require("dovetail").state
M.state = "ok"
function M.status(_, result)
  M.state = result.state
end

local function ask(command, ...)
  vim.lsp.buf_request(0, "workspace/executeCommand", { command = command, arguments = { ... } }, function() end)
end

function M.preview()
  ask("dovetail.preview", vim.uri_from_bufnr(0), "")
end

function M.sample()
  ask("dovetail.chooseSample", vim.uri_from_bufnr(0), "")
end

function M.refresh()
  ask("dovetail.refreshData")
end

return M
