{* What lies in the recipient's cart: $cart *}
<tr><td class="pad" bgcolor="#ffffff" style="padding:24px 36px 4px;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" bgcolor="#f7f2e9" style="border-radius:10px;">
<tr><td style="padding:22px 22px 6px;">
<h2 style="margin:0;font:normal 20px/26px Georgia,'Times New Roman',serif;color:#26241f;">Still in your cart</h2>
</td></tr>
{foreach $cart.items as $item}
<tr><td style="padding:8px 22px;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>
<td width="64" valign="middle"><img src="{$item.product.image}" alt="" width="64" height="64" style="width:64px;height:64px;border-radius:8px;"></td>
<td valign="middle" style="padding:0 12px 0 14px;font:16px/22px Georgia,'Times New Roman',serif;color:#26241f;">{$item.name}
<br><span style="font:13px/20px Helvetica,Arial,sans-serif;color:#7d7466;">{$item.qty} × € {$item.product.final_price|number_format:2}</span></td>
<td valign="middle" align="right" style="font:600 15px/22px Helvetica,Arial,sans-serif;color:#26241f;white-space:nowrap;">€ {($item.qty * $item.product.final_price)|number_format:2}</td>
</tr></table>
</td></tr>
{/foreach}
<tr><td style="padding:14px 22px 24px;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>
<td style="border-top:1px solid #e0d6c5;padding-top:16px;font:13px/18px Helvetica,Arial,sans-serif;color:#7d7466;">Together
<br><b style="font-size:19px;line-height:26px;color:#26241f;">€ {$cart.total|number_format:2}</b></td>
<td align="right" style="border-top:1px solid #e0d6c5;padding-top:16px;">
<table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr><td bgcolor="#26473d" style="border-radius:24px;">
<a href="{$cart.items[0].product.url}" style="display:inline-block;padding:12px 22px;font:600 15px/20px Helvetica,Arial,sans-serif;color:#ffffff;text-decoration:none;">Back to my cart</a>
</td></tr></table>
</td></tr></table>
</td></tr>
</table>
</td></tr>
