-- Mail templates: .tpl belongs to no other language here.
vim.cmd([[autocmd BufRead,BufNewFile *.tpl,*.smarty setfiletype smarty]])
