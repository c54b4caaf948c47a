{* One offer as a row: $product, and $last for the last of the list *}
<tr><td class="pad" bgcolor="#ffffff" style="padding:0 36px;">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>
<td width="112" valign="middle" style="padding:16px 0;{if !$last}border-bottom:1px solid #ece4d6;{/if}">
<a href="{$product.url}"><img src="{$product.image}" alt="{$product.title}" width="112" height="112" style="width:112px;height:112px;border-radius:8px;"></a></td>
<td valign="middle" style="padding:16px 0 16px 18px;{if !$last}border-bottom:1px solid #ece4d6;{/if}">
<p style="margin:0 0 4px;font:18px/24px Georgia,'Times New Roman',serif;"><a href="{$product.url}" style="color:#26241f;text-decoration:none;">{$product.title}</a></p>
<p style="margin:0 0 8px;font:14px/20px Helvetica,Arial,sans-serif;color:#6d6558;">{$product.short_description}</p>
<p style="margin:0;font:600 16px/22px Helvetica,Arial,sans-serif;color:#a8462f;">€ {$product.final_price|number_format:2}
<span style="font-weight:normal;font-size:14px;color:#7d7466;text-decoration:line-through;">€ {$product.price|number_format:2}</span>
<span style="display:inline-block;background:#f6e3da;border-radius:10px;padding:0 8px;font-size:12px;line-height:20px;">−{(100 - 100 * $product.final_price / $product.price)|round}%</span></p>
</td>
</tr></table>
</td></tr>
