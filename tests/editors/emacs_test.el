;; Run by test_emacs.py: Emacs with eglot and dovetail-mode in a folder of templates; prints one line a result.
(setq project-list-file (expand-file-name "projects" (getenv "MAILS"))
      make-backup-files nil create-lockfiles nil auto-save-default nil
      eglot-sync-connect 60 eglot-connect-timeout 60 eglot-confirm-server-initiated-edits nil)
(require 'eglot)
(require 'flymake)
(load (getenv "DOVETAIL_MODE") nil t)
(setq dovetail-command (list (getenv "PYTHON") "-m" "dovetail" "lsp"))

(defun say (name value) (princ (format "%s=%s\n" name (replace-regexp-in-string "\n" "⏎" (format "%s" value)))))

(defun until (what)
  (let ((end (time-add nil 60)) found)
    (while (and (not (setq found (funcall what))) (time-less-p nil end))
      (accept-process-output nil 0.1))
    found))

(defun with-mail (text run)
  (let ((file (expand-file-name (format "mail%d.tpl" (random 1000000)) (getenv "MAILS"))))
    (with-temp-file file (insert text))
    (find-file file)
    (apply #'eglot--connect (eglot--guess-contact))
    (until (lambda () (eglot-current-server)))
    (unwind-protect (funcall run)
      (set-buffer-modified-p nil))))

;; Completion: the product by its name.
(with-mail (concat "{$mywebshop.product." (getenv "TYPED") "}")
  (lambda ()
    (goto-char (1- (point-max)))
    (say "key" (key-binding (kbd "C-M-i")))
    (let ((label (until (lambda ()
                          (pcase-let ((`(,start ,end ,table . ,_) (eglot-completion-at-point)))
                            (let ((all (all-completions "" table)))
                              (seq-find (lambda (each) (string-match-p (regexp-quote (getenv "PRODUCT")) each)) all)))))))
      (say "completion" label)
      (pcase-let* ((`(,start ,end ,table . ,plist) (eglot-completion-at-point))
                   (chosen (seq-find (lambda (each) (string-match-p (regexp-quote (getenv "PRODUCT")) each))
                                     (all-completions "" table))))
        (delete-region start end)
        (insert chosen)
        (funcall (plist-get plist :exit-function) chosen 'finished)
        (say "completed" (buffer-string))))))

;; Hover: the value of now.
(with-mail "{$mywebshop.product.123456.name}"
  (lambda ()
    (goto-char 30)
    (say "hover"
         (until (lambda ()
                  (let* ((reply (jsonrpc-request (eglot-current-server) :textDocument/hover
                                                 (eglot--TextDocumentPositionParams)))
                         (shown (and reply (eglot--hover-info (plist-get reply :contents) nil))))
                    (and shown (string-match-p "Now:" shown) (substring-no-properties shown))))))))

;; A finding and its fix.
(with-mail "<img src=\"https://shop.example/a.png\" width=\"10\">"
  (lambda ()
    (flymake-mode 1)
    (say "finding" (until (lambda () (flymake-start) (seq-find (lambda (each) (string-match-p "alternative text" (flymake-diagnostic-text each))) (flymake-diagnostics)))))
    (let* ((actions (eglot-code-actions 1 5 nil))
           (fix (seq-find (lambda (each) (string-match-p "Add alt" (plist-get each :title))) actions)))
      (eglot--apply-workspace-edit (or (plist-get fix :edit) (plist-get (jsonrpc-request (eglot-current-server) :codeAction/resolve fix) :edit)))
      (say "fixed" (buffer-string)))))

;; Rename and formatting.
(with-mail "{assign var=total value=1}{$total} {$total}"
  (lambda ()
    (goto-char 31)
    (eglot-rename "sum")
    (say "renamed" (buffer-string))))
(with-mail "{if  $a==1 }x{/if}"
  (lambda ()
    (eglot-format-buffer)
    (say "formatted" (buffer-string))))

;; A follow-up, and the template that it sends: one server for both.
(make-directory (expand-file-name "followups" (getenv "MAILS")) t)
(find-file (expand-file-name "followups/cart.toml" (getenv "MAILS")))
(insert "on = \"cart-abandon\"\n[[steps]]\nmail = { template = \"mail.tpl\", subject = \"Hello\" }\n")
(save-buffer)
(say "followup-mode" major-mode)
(apply #'eglot--connect (eglot--guess-contact))
(until (lambda () (eglot-current-server)))
(flymake-mode 1)
(say "fault" (until (lambda () (flymake-start) (seq-some #'flymake-diagnostic-text (flymake-diagnostics)))))
(goto-char 19)
(say "event" (until (lambda ()
                      (pcase-let ((`(,_ ,_ ,table . ,_) (eglot-completion-at-point)))
                        (seq-find (lambda (each) (string-match-p "cart-abandoned" each)) (all-completions "" table))))))
(insert "ed")
;; Without keys there is no pause in which eglot sends it.
(eglot--signal-textDocument/didChange)
(find-file (expand-file-name "mail.tpl" (getenv "MAILS")))
(insert "{$trigger.custmer}")
(save-buffer)
;; What the first key in a text does.
(eglot--maybe-activate-editing-mode)
(say "same-server" (until (lambda () (and (eglot-managed-p) t))))
(flymake-mode 1)
;; Without keys flymake may miss the one answer that came between two of its runs: who types gets another.
(let ((times 0))
  (say "unknown" (until (lambda () (flymake-start)
                          (when (zerop (mod (setq times (1+ times)) 50))
                            (insert " ")
                            (eglot--signal-textDocument/didChange))
                          (seq-find (lambda (each) (string-match-p "has no" each))
                                    (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))))))
