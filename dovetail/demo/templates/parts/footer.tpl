{* Needs $customer, who may be nobody *}
<tr><td class="pad" bgcolor="#26473d" align="center" style="padding:26px 36px;border-radius:0 0 10px 10px;">
<p style="margin:0;font:16px/24px Georgia,'Times New Roman',serif;color:#f4efe7;">Free shipping from € 75 · Thirty days to change your mind</p>
</td></tr>
<tr><td class="pad" align="center" style="padding:22px 36px 36px;">
<p style="margin:0;font:12px/19px Helvetica,Arial,sans-serif;color:#7d7466;">You get this mail{if $customer} at {$customer.email}{/if} because you asked for our newsletter.
<br>Hazel &amp; Oak is the sample shop of Dovetail: nothing here is for sale.</p>
</td></tr>
