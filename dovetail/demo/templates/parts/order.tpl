{* The recipient's last order: $order *}
<tr><td class="pad" bgcolor="#ffffff" style="padding:12px 36px 36px;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="border-top:1px solid #ece4d6;">
<tr><td colspan="2" style="padding:26px 0 10px;">
<h2 style="margin:0;font:normal 20px/26px Georgia,'Times New Roman',serif;color:#26241f;">Your last order</h2>
<p style="margin:2px 0 0;font:13px/20px Helvetica,Arial,sans-serif;color:#7d7466;">No. {$order.number} of {$order.created_at|date_format:'j F Y'} ·
{if $order.status == 'complete'}delivered{else}being packed{/if}</p>
</td></tr>
{foreach $order.items as $item}
<tr>
<td style="padding:5px 0;font:16px/22px Georgia,'Times New Roman',serif;color:#4d473f;">{$item.qty_ordered} × {$item.name}</td>
<td align="right" style="padding:5px 0;font:15px/22px Helvetica,Arial,sans-serif;color:#4d473f;white-space:nowrap;">€ {$item.row_total_incl_tax|number_format:2}</td>
</tr>
{/foreach}
<tr>
<td style="padding:5px 0;font:16px/22px Georgia,'Times New Roman',serif;color:#4d473f;">Shipping</td>
<td align="right" style="padding:5px 0;font:15px/22px Helvetica,Arial,sans-serif;color:#4d473f;white-space:nowrap;">{if $order.shipping_incl_tax > 0}€ {$order.shipping_incl_tax|number_format:2}{else}free{/if}</td>
</tr>
<tr>
<td style="padding:10px 0 0;font:600 15px/22px Helvetica,Arial,sans-serif;color:#26241f;">Total</td>
<td align="right" style="padding:10px 0 0;font:600 15px/22px Helvetica,Arial,sans-serif;color:#26241f;white-space:nowrap;">€ {$order.grand_total|number_format:2}</td>
</tr>
</table>
</td></tr>
