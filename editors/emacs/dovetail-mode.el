;;; dovetail-mode.el --- Mail templates with live data -*- lexical-binding: t; -*-

;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1") (eglot "1.9"))
;; Keywords: languages, mail
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; A major mode for Dovetail's Smarty templates (.tpl, .smarty): HTML with the template's tags coloured, one for
;; follow-ups (followups/*.toml), and `dovetail lsp' as their language server.  M-x eglot starts it; see
;; docs/editors/emacs.md.

;;; Code:

(require 'mhtml-mode)
(require 'conf-mode)

(defgroup dovetail nil "Mail templates with live data." :group 'languages)

(defcustom dovetail-command '("dovetail" "lsp")
  "The language server and its arguments."
  :type '(repeat string))

(defconst dovetail-font-lock-keywords
  '(("{\\*\\(?:.\\|\n\\)*?\\*}" 0 font-lock-comment-face t)
    ("{/?\\([a-zA-Z_]\\w*\\)" 1 font-lock-keyword-face t)
    ("\\$[a-zA-Z_]\\w*" 0 font-lock-variable-name-face t)
    ("|\\([a-zA-Z_]\\w*\\)" 1 font-lock-function-name-face t))
  "What is coloured beside HTML.")

(defun dovetail--project (folder)
  "The project of FOLDER where no other is known: that of the nearest dovetail.toml."
  (let ((root (locate-dominating-file folder "dovetail.toml")))
    (and root (cons 'transient (expand-file-name root)))))

;;;###autoload
(define-derived-mode dovetail-mode mhtml-mode "Dovetail"
  "HTML mails with Smarty tags and live data."
  (setq-local comment-start "{* ")
  (setq-local comment-end " *}")
;; A segment of a path is a word of its own, so that what is typed of it is what is completed.
  (modify-syntax-entry ?. ".")
  (modify-syntax-entry ?$ ".")
  (modify-syntax-entry ?| ".")
  (setq-local completion-ignore-case t)
  (add-hook 'project-find-functions #'dovetail--project 90 t)
  (font-lock-add-keywords nil dovetail-font-lock-keywords 'append))

;; Modes for text have a dictionary on this key.
(define-key dovetail-mode-map (kbd "C-M-i") #'completion-at-point)

;;;###autoload
(add-to-list 'auto-mode-alist '("\\.\\(?:tpl\\|smarty\\)\\'" . dovetail-mode))

;;;###autoload
(define-derived-mode dovetail-followup-mode conf-toml-mode "Follow-up"
  "Follow-ups of Dovetail: TOML files in a folder `followups'."
  (add-hook 'project-find-functions #'dovetail--project 90 t))

;;;###autoload
(add-to-list 'auto-mode-alist '("/followups/[^/]+\\.toml\\'" . dovetail-followup-mode))

(defvar eglot-server-programs)
(with-eval-after-load 'eglot
  ;; One server for both, so that templates know what is being typed into a follow-up.
  (add-to-list 'eglot-server-programs
               (cons '(dovetail-mode dovetail-followup-mode) (lambda (&rest _) dovetail-command))))
(put 'dovetail-mode 'eglot-language-id "smarty")
(put 'dovetail-followup-mode 'eglot-language-id "toml")

(declare-function eglot-execute-command "eglot")
(declare-function eglot--current-server-or-lose "eglot")
(declare-function eglot--TextDocumentIdentifier "eglot")

(defun dovetail--run (command &rest arguments)
  "Have the server run COMMAND for this text, with further ARGUMENTS."
  (eglot-execute-command
   (eglot--current-server-or-lose) command
   (vconcat (list (plist-get (eglot--TextDocumentIdentifier) :uri)) arguments)))

(defun dovetail-preview ()
  "Show the mail in a browser."
  (interactive)
  (let ((address (dovetail--run "dovetail.preview" "")))
    (when (stringp address) (browse-url address))))

(defun dovetail-choose-sample ()
  "Show mails as for another recipient."
  (interactive)
  (let ((labels (append (dovetail--run "dovetail.listSamples") nil)))
    (if labels
        (dovetail--run "dovetail.chooseSample" (completing-read "Recipient: " labels nil t))
      (message "There is no sample recipient yet"))))

(defun dovetail-refresh ()
  "Ask the shops anew."
  (interactive)
  (dovetail--run "dovetail.refreshData"))

(provide 'dovetail-mode)
;;; dovetail-mode.el ends here
