if vim.g.loaded_dovetail then
  return
end
vim.g.loaded_dovetail = true

vim.cmd([[autocmd FileType smarty lua require("dovetail").start()]])
-- Follow-ups, and no other TOML.
vim.cmd([[autocmd BufRead,BufNewFile */followups/*.toml lua require("dovetail").start()]])

-- :DovetailPreview shows the mail in a browser; :DovetailSample shows it as for another recipient.
local function command(name, run)
  vim.api.nvim_create_user_command(name, run, {})
end
command("DovetailPreview", function() require("dovetail").preview() end)
command("DovetailSample", function() require("dovetail").sample() end)
command("DovetailRefresh", function() require("dovetail").refresh() end)
